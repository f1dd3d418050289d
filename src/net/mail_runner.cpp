#include "net/mail_runner.h"

#include <algorithm>

namespace tocsin::net {

MailRunner::MailRunner(std::function<void()> wake) : wake_(std::move(wake)) {}

MailRunner::~MailRunner() {
  for (const auto& run : runs_) run->handle->abort = true;
  for (const auto& run : runs_) run->thread.join();
}

void MailRunner::start(std::unique_ptr<Handle> handle) {
  Run& run = *runs_.emplace_back(std::make_unique<Run>());
  run.handle = std::move(handle);
  run.thread = std::thread([this, &run] {
    run.code = curl_easy_perform(run.handle->easy.get());
    run.ended = true;
    wake_();
  });
}

std::optional<MailRunner::Ended> MailRunner::take_ended() {
  for (;;) {
    const auto at =
        std::find_if(runs_.begin(), runs_.end(), [](const auto& run) { return run->ended.load(); });
    if (at == runs_.end()) return std::nullopt;
    const std::unique_ptr<Run> run = std::move(*at);
    runs_.erase(at);
    run->thread.join();
    if (!run->abandoned) return Ended{std::move(run->handle), run->code};
  }
}

std::vector<Transfer> MailRunner::abandon_all() {
  std::vector<Transfer> transfers;
  for (const auto& run : runs_) {
    if (run->abandoned) continue;
    run->abandoned = true;
    run->handle->abort = true;
    // The thread still reads the message; all else is out of its sight.
    Transfer& transfer = run->handle->transfer;
    transfers.push_back({Mail{}, std::move(transfer.done), std::move(transfer.destination),
                         transfer.place, transfer.deadline});
  }
  return transfers;
}

}  // namespace tocsin::net
