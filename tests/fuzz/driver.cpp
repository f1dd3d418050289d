// Runs a fuzz target where there is no libFuzzer: its seeds, then a fixed number of mutations of
// them, the same ones every time.
//
//   TARGET [--executions N] [--seed N] FILE-OR-FOLDER…
//
// An input that breaks the target, or that takes longer than a minute, is written to
// TARGET.broken-input in the working directory; `TARGET FILE` runs it again.
#include <algorithm>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <unistd.h>
#include <vector>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/common_interface_defs.h>
#endif

#include "support/choices.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

constexpr std::size_t kLongest = 4096;
constexpr unsigned kSecondsForOne = 60;

struct Settings {
  std::uint64_t executions = 0;
  std::uint64_t seed = 1;
  std::vector<std::string> inputs;
};

std::string current;
std::string report_path;

void report() {
  std::ofstream(report_path, std::ios::binary) << current;
  std::fprintf(stderr, "broken by the input in %s (%zu bytes)\n", report_path.c_str(),
               current.size());
}

extern "C" void on_signal(int signal) {
  std::signal(signal, SIG_DFL);
  report();
  std::raise(signal);
}

void run(std::string input) {
  current = std::move(input);
  alarm(kSecondsForOne);
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(current.data()), current.size());
}

std::string read(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::string> seeds_of(const std::vector<std::string>& inputs) {
  std::vector<std::filesystem::path> files;
  for (const std::string& input : inputs) {
    if (!std::filesystem::is_directory(input)) {
      files.emplace_back(input);
      continue;
    }
    for (const auto& each : std::filesystem::directory_iterator(input)) files.push_back(each);
  }
  std::sort(files.begin(), files.end());
  std::vector<std::string> all;
  for (const auto& file : files) all.push_back(read(file));
  return all;
}

class Mutator {
 public:
  Mutator(std::uint64_t seed, const std::vector<std::string>& seeds)
      : choices_(seed), seeds_(seeds) {}

  std::string next() {
    // Mostly from a seed, at times from the one before.
    if (last_.empty() || !choices_.one_in(4)) last_ = any_seed();
    const std::uint32_t count = 1 + choices_.below(6);
    for (std::uint32_t i = 0; i < count; ++i) change(last_);
    if (last_.size() > kLongest) last_.resize(kLongest);
    return last_;
  }

 private:
  std::uint32_t below(std::size_t bound) {
    return choices_.below(static_cast<std::uint32_t>(bound));
  }
  const std::string& any_seed() { return seeds_[below(seeds_.size())]; }
  std::string piece_of(const std::string& text) {
    const std::size_t begin = below(text.size());
    return text.substr(begin, 1 + below(16));
  }

  void change(std::string& text) {
    const std::size_t at = below(text.size() + 1);
    switch (choices_.below(7)) {
      case 0:
        if (at < text.size()) text[at] = static_cast<char>(text[at] ^ (1 << choices_.below(8)));
        break;
      case 1:
        text.insert(at, 1, static_cast<char>(choices_.below(256)));
        break;
      case 2:
        if (at < text.size()) text.erase(at, 1 + below(8));
        break;
      case 3:
        text.insert(at, piece_of(text));
        break;
      case 4:
        text.insert(at, piece_of(any_seed()));
        break;
      case 5:
        if (at < text.size()) text[at] = any_seed()[0];
        break;
      default:
        text.resize(at);
        text += piece_of(any_seed());
    }
  }

  tocsin::Choices choices_;
  const std::vector<std::string>& seeds_;
  std::string last_;
};

Settings settings_of(int count, char** arguments) {
  Settings settings;
  for (int i = 1; i < count; ++i) {
    const std::string argument = arguments[i];
    if (argument == "--executions" && i + 1 < count) {
      settings.executions = std::strtoull(arguments[++i], nullptr, 10);
    } else if (argument == "--seed" && i + 1 < count) {
      settings.seed = std::strtoull(arguments[++i], nullptr, 10);
    } else {
      settings.inputs.push_back(argument);
    }
  }
  return settings;
}

}  // namespace

int main(int count, char** arguments) {
  const Settings settings = settings_of(count, arguments);
  report_path = std::filesystem::path(arguments[0]).filename().string() + ".broken-input";
  std::signal(SIGABRT, on_signal);
  std::signal(SIGALRM, on_signal);
#if defined(__SANITIZE_ADDRESS__)
  __sanitizer_set_death_callback(report);
#endif
  std::vector<std::string> seeds = seeds_of(settings.inputs);
  for (const std::string& seed : seeds) run(seed);
  const std::size_t replayed = seeds.size();
  std::erase_if(seeds, [](const std::string& seed) { return seed.empty(); });
  if (seeds.empty()) {
    std::fprintf(stderr, "there is no seed to mutate\n");
    return 2;
  }
  Mutator mutator(settings.seed, seeds);
  for (std::uint64_t i = 0; i < settings.executions; ++i) run(mutator.next());
  std::printf("%zu seeds and %llu mutations of them, nothing found\n", replayed,
              static_cast<unsigned long long>(settings.executions));
  return 0;
}
