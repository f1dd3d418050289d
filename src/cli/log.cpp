#include "cli/log.h"

#include <algorithm>
#include <memory>

#include <fmt/format.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "web/json.h"

namespace tocsin::cli {
namespace {

/// The logger of log_fields(), whose messages are written as they are.
constexpr const char* kFieldsLogger = "fields";

/// %*: the message as a JSON string, which is a valid logfmt value as well. Nothing in a message,
/// which may quote untrusted text, can begin a new line or field.
class QuotedMessage : public spdlog::custom_flag_formatter {
 public:
  void format(const spdlog::details::log_msg& message, const std::tm&,
              spdlog::memory_buf_t& out) override {
    const std::string quoted = web::json_string({message.payload.data(), message.payload.size()});
    out.append(quoted.data(), quoted.data() + quoted.size());
  }
  std::unique_ptr<custom_flag_formatter> clone() const override {
    return std::make_unique<QuotedMessage>();
  }
};

bool json_wanted = false;  // of the process' one log

std::shared_ptr<spdlog::logger> make_logger(const char* name, const std::string& level,
                                            const std::string& message) {
  auto formatter = std::make_unique<spdlog::pattern_formatter>(spdlog::pattern_time_type::utc);
  formatter->add_flag<QuotedMessage>('*');
  formatter->set_pattern(json_wanted ? R"({"ts":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l","msg":)" +
                                           message + "}"
                                     : "ts=%Y-%m-%dT%H:%M:%S.%eZ level=%l msg=" + message);
  auto logger =
      std::make_shared<spdlog::logger>(name, std::make_shared<spdlog::sinks::stderr_sink_mt>());
  logger->set_formatter(std::move(formatter));
  logger->set_level(spdlog::level::from_str(level));
  return logger;
}

/// Bare where logfmt allows it.
std::string logfmt_value(const std::string& value) {
  const bool bare = !value.empty() && std::all_of(value.begin(), value.end(), [](char c) {
    return c > ' ' && c < 0x7F && c != '"' && c != '=' && c != '\\';
  });
  return bare ? value : web::json_string(value);
}

}  // namespace

void set_up_log(const std::string& level, const std::string& format) {
  json_wanted = format == "json";
  spdlog::set_default_logger(make_logger("tocsin", level, "%*"));
  spdlog::drop(kFieldsLogger);
  spdlog::register_logger(make_logger(kFieldsLogger, level, "%v"));
}

void log_fields(std::string_view message,
                const std::vector<std::pair<std::string_view, std::string>>& fields) {
  std::string line = web::json_string(message);
  for (const auto& [name, value] : fields) {
    line += json_wanted ? fmt::format(",\"{}\":{}", name, web::json_string(value))
                        : fmt::format(" {}={}", name, logfmt_value(value));
  }
  spdlog::get(kFieldsLogger)->info(spdlog::string_view_t(line.data(), line.size()));
}

}  // namespace tocsin::cli
