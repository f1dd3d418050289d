#include "journal/backup.h"

#include <cstdio>
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/command.h"

namespace tocsin::cli {
namespace {

struct Options {
  std::string storage_path = "data/";
  std::string target;
};

int back_up(const Options& options) {
  const journal::Backup made = journal::back_up(options.storage_path, options.target);
  fmt::print(stderr, "{}: {} bytes, checked; to go back, put it in place of tocsin.db\n",
             options.target, made.bytes);
  return 0;
}

}  // namespace

Command add_backup(CLI::App& program) {
  const auto options = std::make_shared<Options>();
  CLI::App* app = program.add_subcommand(
      "backup", "Copy the data of a Tocsin, running or not, into a new file");
  app->add_option("TARGET", options->target, "The file to make; it must not be there yet")
      ->required();
  app->add_option("--storage.path", options->storage_path, "The folder with the data")
      ->capture_default_str();
  return {app, [options] { return back_up(*options); }};
}

}  // namespace tocsin::cli
