// The command line: one file per subcommand (see command.h).
#pragma once

namespace tocsin::cli {

/// Parses the command line, runs the subcommand, prints what went wrong. The exit code.
int main(int argc, char** argv);

}  // namespace tocsin::cli
