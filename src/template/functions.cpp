#include "template/functions.h"

namespace tocsin::tmpl {

Functions::Functions(std::vector<Function> functions, std::vector<Method> methods) {
  auto table = std::make_shared<Table>();
  for (Function& function : functions) {
    const std::string_view name = function.name;
    table->functions.insert_or_assign(name, std::move(function));
  }
  for (Method& method : methods) {
    const std::pair key{method.type, method.function.name};
    table->methods.insert_or_assign(key, std::move(method.function));
  }
  table_ = std::move(table);
}

Functions Functions::with(const Functions& other) const {
  auto table = std::make_shared<Table>(*other.table_);
  table->functions.insert(table_->functions.begin(), table_->functions.end());
  table->methods.insert(table_->methods.begin(), table_->methods.end());
  Functions both;
  both.table_ = std::move(table);
  return both;
}

const Function* Functions::find(std::string_view name) const {
  const auto at = table_->functions.find(name);
  return at == table_->functions.end() ? nullptr : &at->second;
}

const Function* Functions::method(std::string_view type, std::string_view name) const {
  const auto at = table_->methods.find({type, name});
  return at == table_->methods.end() ? nullptr : &at->second;
}

}  // namespace tocsin::tmpl
