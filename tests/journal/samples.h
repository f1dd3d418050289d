// Things to journal, made from a number, and their contents as text, to compare and to read.
#pragma once

#include <memory>
#include <string>

#include "journal/journal.h"

namespace tocsin::journal {

Timestamp at(std::int64_t milliseconds);

/// Distinct for each number, filled in every field, with some optional ones absent in turn.
Alert sample_alert(int number);
AlertPtr sample_alert_ptr(int number);
state::Active sample_active(int number);
group::Group sample_group(int number);
route::Silence sample_silence(int number);
notify::TellRecord sample_tell_record(int number, int group);
notify::OutboxRow sample_outbox_row(int number);
Event sample_event(int number);

/// One line for each thing in force, all fields, sorted; numbers bit by bit.
std::string text_of(const Contents& contents);
std::string text_of(const Alert& alert);
std::string text_of(const state::Active& active);
std::string text_of(const route::Silence& silence);
std::string text_of(const notify::Notification& notification);

/// Events by their details, as "c b a".
std::string details_of(const std::vector<Event>& events);

}  // namespace tocsin::journal
