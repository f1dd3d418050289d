// `tocsin alerts`: its commands.
#pragma once

#include "cli/command.h"

namespace tocsin::cli {

Command add_alerts_query(CLI::App& alerts);
Command add_alerts_add(CLI::App& alerts);

}  // namespace tocsin::cli
