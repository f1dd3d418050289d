// notifications: what receivers got, against what they should have got.
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "trial/checks.h"
#include "trial/matching.h"

namespace tocsin::trial {
namespace {

constexpr std::size_t kMaxAlerts = 5;   // shown of a message
constexpr std::size_t kMaxShown = 100;  // messages of a receiver

using notify::Notification;
using notify::Status;

/// The same message on all channels of a receiver that it went to.
struct Message {
  const Notification* what;
  std::vector<std::string> channels;
};

bool same_content(const Notification& a, const Notification& b) {
  return a.decided_at == b.decided_at && a.group_id == b.group_id && a.reason == b.reason &&
         std::equal(a.alerts.begin(), a.alerts.end(), b.alerts.begin(), b.alerts.end(),
                    [](const notify::Told& x, const notify::Told& y) {
                      return x.status == y.status && x.alert->fingerprint == y.alert->fingerprint;
                    });
}

std::vector<Message> messages_for(const std::string& receiver,
                                  const std::vector<Notification>& decided) {
  std::vector<Message> messages;
  for (const Notification& each : decided) {
    if (each.receiver != receiver) continue;
    // They come in the order of their times.
    auto same = messages.rbegin();
    while (same != messages.rend() && same->what->decided_at == each.decided_at &&
           !same_content(*same->what, each)) {
      ++same;
    }
    if (same != messages.rend() && same_content(*same->what, each)) {
      same->channels.push_back(each.channel);
    } else {
      messages.push_back({&each, {each.channel}});
    }
  }
  return messages;
}

std::vector<Labels> alerts_of(const Notification& message, Status status) {
  std::vector<Labels> alerts;
  for (const notify::Told& told : message.alerts) {
    if (told.status == status) alerts.push_back(told.alert->labels);
  }
  return alerts;
}

bool has_all(const Labels& labels, const Labels& wanted) {
  return std::all_of(wanted.begin(), wanted.end(),
                     [&](const LabelView& each) { return labels.get(each.name) == each.value; });
}

bool has_alerts(const Notification& message, const MessageCheck& check) {
  if (!check.firing && !check.resolved) return true;
  for (const Status status : {Status::Firing, Status::Resolved}) {
    const std::vector<Labels> got = alerts_of(message, status);
    const std::vector<Labels> wanted =
        (status == Status::Firing ? check.firing : check.resolved).value_or(std::vector<Labels>{});
    if (wanted.size() != got.size()) return false;
    const auto places = match_up(wanted.size(), got.size(), [&](std::size_t w, std::size_t g) {
      return has_all(got[g], wanted[w]);
    });
    if (std::find(places.begin(), places.end(), std::nullopt) != places.end()) return false;
  }
  return true;
}

bool fits(const MessageCheck& check, const Message& message, Timestamp start) {
  const Notification& what = *message.what;
  const auto on_channel = [&](const std::string& name) {
    return check.channel.empty() || name == check.channel || name.starts_with(check.channel + "/");
  };
  return what.decided_at - start == check.eval_time &&
         std::any_of(message.channels.begin(), message.channels.end(), on_channel) &&
         (!check.status || *check.status == what.status()) &&
         (!check.reason || *check.reason == what.reason) && has_alerts(what, check);
}

/// Name{a="x"}, of the labels that are there.
std::string alert_text(Labels labels) {
  std::string text(labels.get(kAlertName));
  labels.erase(kAlertName);
  if (!labels.empty() || text.empty()) text += labels.to_string();
  return text;
}

void add_alerts(std::string& text, std::string_view status, const std::vector<Labels>& alerts) {
  if (alerts.empty()) return;
  text += fmt::format("  {}", status);
  for (std::size_t i = 0; i < std::min(alerts.size(), kMaxAlerts); ++i) {
    text += (i == 0 ? " " : ", ") + alert_text(alerts[i]);
  }
  if (alerts.size() > kMaxAlerts) text += fmt::format(" and {} more", alerts.size() - kMaxAlerts);
}

/// One line of what a receiver got or should have got.
struct Row {
  char mark = ' ';  ///< '-': missing, '+': unexpected
  std::string time, what, alerts;
};

Row row_of(const Message& message, Timestamp start) {
  Row row{
      ' ', format_duration(message.what->decided_at - start),
      fmt::format("{} ({})", to_string(message.what->reason), fmt::join(message.channels, ", ")),
      ""};
  add_alerts(row.alerts, "firing", alerts_of(*message.what, Status::Firing));
  add_alerts(row.alerts, "resolved", alerts_of(*message.what, Status::Resolved));
  return row;
}

Row row_of(const MessageCheck& check) {
  Row row{'-', format_duration(check.eval_time),
          std::string(check.reason ? to_string(*check.reason) : "a message"), ""};
  if (check.status) row.what += fmt::format(", {}", to_string(*check.status));
  if (!check.channel.empty()) row.what += fmt::format(" ({})", check.channel);
  if (check.firing) add_alerts(row.alerts, "firing", *check.firing);
  if (check.resolved) add_alerts(row.alerts, "resolved", *check.resolved);
  row.alerts += fmt::format("  (line {})", check.where.line);
  return row;
}

std::vector<std::string> table(const std::vector<Row>& rows) {
  std::size_t time = 0, what = 0;
  for (const Row& row : rows) {
    time = std::max(time, row.time.size());
    what = std::max(what, row.what.size());
  }
  std::vector<std::string> lines;
  for (const Row& row : rows) {
    lines.push_back(
        fmt::format("{} {:{}}  {:{}}{}", row.mark, row.time, time, row.what, what, row.alerts));
  }
  return lines;
}

/// What one receiver got, with what it did not get between, by time.
class Account {
 public:
  Account(const CheckContext& context, const std::string& receiver,
          const std::vector<Notification>& decided)
      : start_(context.test.start), messages_(messages_for(receiver, decided)) {
    for (const MessageCheck& check : context.test.messages) {
      if (check.receiver == receiver) checks_.push_back(&check);
    }
    const auto places =
        match_up(checks_.size(), messages_.size(), [&](std::size_t check, std::size_t message) {
          return fits(*checks_[check], messages_[message], start_);
        });
    std::vector<bool> expected(messages_.size());
    for (std::size_t i = 0; i < places.size(); ++i) {
      if (places[i]) {
        expected[*places[i]] = true;
      } else {
        ++missing;
        rows_.emplace(std::pair(checks_[i]->eval_time, 0), row_of(*checks_[i]));
      }
    }
    for (std::size_t i = 0; i < messages_.size(); ++i) {
      Row row = row_of(messages_[i], start_);
      if (!expected[i]) row.mark = '+', ++unexpected;
      rows_.emplace(std::pair(messages_[i].what->decided_at - start_, 1), std::move(row));
    }
  }

  std::size_t missing = 0;
  std::size_t unexpected = 0;

  std::vector<std::string> lines() const {
    std::vector<Row> rows;
    for (const auto& [time, row] : rows_) {
      if (rows.size() < kMaxShown) rows.push_back(row);
    }
    std::vector<std::string> lines = table(rows);
    if (rows_.size() > kMaxShown) {
      lines.push_back(fmt::format("  and {} more", rows_.size() - kMaxShown));
    }
    return lines;
  }

 private:
  Timestamp start_;
  std::vector<Message> messages_;
  std::vector<const MessageCheck*> checks_;
  std::multimap<std::pair<Duration, int>, Row> rows_;
};

}  // namespace

void check_messages(const CheckContext& context, const std::vector<Notification>& decided,
                    std::vector<Failed>& failures) {
  for (const Listener& listener : context.test.listeners) {
    const Account account(context, listener.receiver, decided);
    if (account.missing + account.unexpected == 0) continue;
    std::vector<std::string> parts;
    if (account.missing > 0) parts.push_back(fmt::format("{} missing", account.missing));
    if (account.unexpected > 0) parts.push_back(fmt::format("{} unexpected", account.unexpected));
    failures.push_back(
        {listener.where,
         fmt::format("receiver: {}, messages: {}", listener.receiver, fmt::join(parts, ", ")),
         account.lines()});
  }
}

}  // namespace tocsin::trial
