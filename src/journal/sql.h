// How C++ values go into statements and come out of rows.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include <SQLiteCpp/Statement.h>

#include "model/labels.h"
#include "model/time.h"

namespace tocsin::journal {

/// Bytes for a BLOB column, as opposed to text.
struct Blob {
  const std::string& bytes;
};

/// A number for a column of type ANY: SQLite would turn a NaN into NULL.
struct Number {
  std::optional<double> value;
};

inline void bind_value(SQLite::Statement& statement, int index, const std::string& text) {
  statement.bindNoCopy(index, text);
}
inline void bind_value(SQLite::Statement& statement, int index, std::int64_t number) {
  statement.bind(index, number);
}
inline void bind_value(SQLite::Statement& statement, int index, Timestamp at) {
  statement.bind(index, static_cast<std::int64_t>(at.time_since_epoch().count()));
}
inline void bind_value(SQLite::Statement& statement, int index, std::optional<Timestamp> at) {
  at ? bind_value(statement, index, *at) : statement.bind(index);
}
inline void bind_value(SQLite::Statement& statement, int index, Fingerprint fingerprint) {
  statement.bind(index, static_cast<std::int64_t>(fingerprint));
}
inline void bind_value(SQLite::Statement& statement, int index, bool flag) {
  statement.bind(index, flag ? 1 : 0);
}
inline void bind_value(SQLite::Statement& statement, int index, const Blob& blob) {
  statement.bindNoCopy(index, blob.bytes.data(), static_cast<int>(blob.bytes.size()));
}
inline void bind_value(SQLite::Statement& statement, int index, const Number& number) {
  if (!number.value) {
    statement.bind(index);
  } else if (std::isnan(*number.value)) {
    statement.bindNoCopy(index, "NaN");
  } else {
    statement.bind(index, *number.value);
  }
}

/// Runs a statement that gives no rows, with these values for its parameters from left to right,
/// and makes it ready for the next time, also when it fails. Returns how many rows it changed.
template <class... Values>
int run(SQLite::Statement& statement, const Values&... values) {
  struct Reset {
    SQLite::Statement& statement;
    ~Reset() { statement.tryReset(); }
  };
  const Reset reset{statement};
  int index = 0;
  (bind_value(statement, ++index, values), ...);
  return statement.exec();
}

/// The columns of a statement's current row, read one after the other from left to right.
class Row {
 public:
  explicit Row(SQLite::Statement& statement) : statement_(statement) {}

  std::string text() { return next().getString(); }
  std::int64_t integer() { return next().getInt64(); }
  bool flag() { return integer() != 0; }
  Timestamp time() { return Timestamp(Duration(integer())); }
  Fingerprint fingerprint() { return static_cast<Fingerprint>(integer()); }

  std::optional<Timestamp> optional_time() {
    const SQLite::Column column = next();
    if (column.isNull()) return std::nullopt;
    return Timestamp(Duration(column.getInt64()));
  }

  std::optional<double> number() {
    const SQLite::Column column = next();
    if (column.isNull()) return std::nullopt;
    if (column.isText()) return std::numeric_limits<double>::quiet_NaN();
    return column.getDouble();
  }

 private:
  SQLite::Column next() { return statement_.getColumn(column_++); }

  SQLite::Statement& statement_;
  int column_ = 0;
};

}  // namespace tocsin::journal
