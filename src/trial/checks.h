// Compares what a test says with what came; of concern to trial's own sources.
#pragma once

#include <vector>

#include "trial/difference.h"
#include "trial/result.h"
#include "trial/stage.h"

namespace tocsin::trial {

struct CheckContext {
  const TestFile& file;
  const Test& test;
  bool only_differences = false;
};

/// All of these append what is not as it should be.
void check_alerts(const CheckContext& context, const AlertCheck& check,
                  const engine::RulesView& rules, std::vector<Failed>& failures);
void check_expression(const CheckContext& context, const ExpressionCheck& check,
                      MemorySource& source, std::vector<Failed>& failures);
void check_messages(const CheckContext& context, const std::vector<notify::Notification>& decided,
                    std::vector<Failed>& failures);

}  // namespace tocsin::trial
