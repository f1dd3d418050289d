// Every label and annotation of the rule packs that people use renders.
#include <filesystem>

#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include "support/places.h"
#include "template/render.h"

namespace tocsin::tmpl {
namespace {

std::size_t render_file(const std::filesystem::path& file) {
  std::size_t rendered = 0;
  const YAML::Node root = YAML::LoadFile(file.string());
  for (const YAML::Node& group : root["groups"]) {
    for (const YAML::Node& rule : group["rules"]) {
      for (const char* kind : {"labels", "annotations"}) {
        for (const auto& entry : rule[kind]) {
          const auto text = entry.second.as<std::string>();
          EXPECT_NO_THROW(render(text)) << file << ": " << text;
          ++rendered;
        }
      }
    }
  }
  return rendered;
}

TEST(TemplateConformance, RulePacksRender) {
  if (!std::filesystem::exists(test::conformance_dir() / "rules"))
    GTEST_SKIP() << "skipped: no rule packs";
  std::size_t rendered = 0;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(test::conformance_dir() / "rules")) {
    const std::string extension = entry.path().extension().string();
    if (extension == ".yml" || extension == ".yaml") rendered += render_file(entry.path());
  }
  EXPECT_GT(rendered, 1000u);
}

}  // namespace
}  // namespace tocsin::tmpl
