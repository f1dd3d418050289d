// How other threads have the loop do something and wait for it: for the engine's own sources.
#pragma once

#include <future>
#include <memory>
#include <string>
#include <utility>
#include <variant>

#include "engine/engine.h"
#include "model/error.h"

namespace tocsin::engine {

inline constexpr const char* kStopping = "Tocsin is stopping: ask again when it is back";

/// Why a command was not carried out.
struct NotDone {
  std::string why;
};

template <class Result>
Result Engine::ask(std::function<Result(Timestamp now)> what) {
  // The reason travels as text: an exception that two threads hold is freed by whichever is last.
  using Answer = std::variant<Result, NotDone>;
  auto answer = std::make_shared<std::promise<Answer>>();
  std::future<Answer> future = answer->get_future();
  Command command;
  command.run = [what = std::move(what), answer](Timestamp now) {
    try {
      answer->set_value(Answer(std::in_place_index<0>, what(now)));
    } catch (const std::exception& error) {
      answer->set_value(NotDone{error.what()});
    }
  };
  command.fail = [answer](std::string why) { answer->set_value(NotDone{std::move(why)}); };
  {
    const std::lock_guard lock(commands_mutex_);
    if (refusing_) throw Error(kStopping);
    commands_.push_back(std::move(command));
    answer.reset();  // should the engine end without an answer, nobody waits for it
  }
  wake_();
  Answer came = future.get();
  if (auto* not_done = std::get_if<NotDone>(&came)) throw Error(not_done->why);
  return std::get<0>(std::move(came));
}

}  // namespace tocsin::engine
