#include "config/node.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <optional>
#include <sstream>

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include "config/file.h"
#include "model/text.h"

namespace tocsin::config {
namespace {

constexpr std::size_t kNodeWeight = 64;  // of an empty node
constexpr std::string_view kMergeKey = "<<";

/// Ends the reading of a file; everything after it would be guessed.
struct Refused {
  Mark mark;
  std::string message;
};

Mark mark_of(const YAML::Mark& mark) {
  return mark.is_null() ? Mark{} : Mark{mark.line + 1, mark.column + 1};
}

/// A list or mapping that is not closed yet.
struct Open {
  Node* node;
  YAML::anchor_t anchor = YAML::NullAnchor;
  // Of a mapping only:
  std::map<std::string_view, Mark> seen;
  std::vector<const Node*> merged;
  bool key_is_next = true;
  std::optional<Node::Entry> entry;  // its key was read; empty when the key was no word
};

class Builder : public YAML::EventHandler {
 public:
  Builder(File& file, std::pmr::memory_resource* memory) : file_(file), memory_(memory) {}

  std::vector<const Node*> documents;

  void OnDocumentStart(const YAML::Mark& mark) override;
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    close(make(Node::Kind::Null, mark), anchor);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override;
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(make(Node::Kind::List, mark), anchor);
  }
  void OnSequenceEnd() override { close_last(); }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(make(Node::Kind::Mapping, mark), anchor);
  }
  void OnMapEnd() override {
    merge(open_.back());
    close_last();
  }

 private:
  Node* make(Node::Kind kind, const YAML::Mark& mark);
  void open(Node* node, YAML::anchor_t anchor);
  void close_last();
  void close(Node* node, YAML::anchor_t anchor);
  std::string_view keep(const std::string& text);
  /// Puts a finished node where it belongs.
  void place(const Node* node, bool plain);
  void place_key(Open& mapping, const Node& key, bool plain);
  void place_value(Open& mapping, const Node* value);
  void merge(Open& mapping);
  void merge_from(Open& mapping, const Node& source);
  void add_weight(std::size_t weight, Mark mark);
  /// Throws Refused when something of `more` levels would nest too deep where it stands.
  void check_nesting(std::size_t more, Mark mark) const;

  File& file_;
  std::pmr::polymorphic_allocator<> memory_;
  bool is_first_ = true;
  std::vector<Open> open_;
  std::map<YAML::anchor_t, const Node*> anchors_;
  std::size_t weight_ = 0;
  bool plain_ = true;  // the scalar that is being placed has no quotes
};

void Builder::OnDocumentStart(const YAML::Mark& mark) {
  // The parser takes whatever does not fit into a document as the beginning of another one.
  if (!is_first_ && !file_.text_at(mark_of(mark)).starts_with("---")) {
    throw Refused{mark_of(mark),
                  "this does not belong to what stands before it; look at the indentation"};
  }
  is_first_ = false;
  anchors_.clear();
  add_weight(kNodeWeight, {});
}

void Builder::add_weight(std::size_t weight, Mark mark) {
  weight_ += weight;
  if (weight_ > kMaxWeight) {
    throw Refused{mark, fmt::format("the file takes more than {} MiB with all its aliases written "
                                    "out; make it smaller",
                                    kMaxWeight >> 20)};
  }
}

Node* Builder::make(Node::Kind kind, const YAML::Mark& mark) {
  Node* node = memory_.new_object<Node>(memory_.resource());
  node->kind = kind;
  node->mark = mark_of(mark);
  node->weight = kNodeWeight;
  add_weight(kNodeWeight, node->mark);
  return node;
}

std::string_view Builder::keep(const std::string& text) {
  if (text.empty()) return {};
  char* kept = memory_.allocate_object<char>(text.size());
  std::memcpy(kept, text.data(), text.size());
  return {kept, text.size()};
}

void Builder::check_nesting(std::size_t more, Mark mark) const {
  if (open_.size() + more <= kMaxNesting) return;
  throw Refused{mark, fmt::format("this is nested deeper than {} levels", kMaxNesting)};
}

void Builder::open(Node* node, YAML::anchor_t anchor) {
  check_nesting(1, node->mark);
  node->depth = 1;
  open_.push_back({node, anchor, {}, {}, true, std::nullopt});
}

void Builder::close_last() {
  const auto [node, anchor] = std::pair(open_.back().node, open_.back().anchor);
  open_.pop_back();
  close(node, anchor);
}

void Builder::close(Node* node, YAML::anchor_t anchor) {
  if (anchor != YAML::NullAnchor) anchors_[anchor] = node;
  place(node, plain_);
}

void Builder::OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       const std::string& value) {
  Node* node = make(Node::Kind::Scalar, mark);
  node->text = keep(value);
  node->weight += value.size();
  add_weight(value.size(), node->mark);
  plain_ = tag == "?";
  close(node, anchor);
  plain_ = true;
}

void Builder::OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) {
  const auto found = anchors_.find(anchor);
  if (found == anchors_.end()) {
    throw Refused{mark_of(mark), "an alias stands inside of what it is an alias of; write it out"};
  }
  add_weight(found->second->weight, mark_of(mark));
  check_nesting(found->second->depth, mark_of(mark));
  place(found->second, true);
}

void Builder::place(const Node* node, bool plain) {
  if (open_.empty()) {
    documents.push_back(node);
    return;
  }
  Open& parent = open_.back();
  parent.node->weight += node->weight;
  parent.node->depth = std::max(parent.node->depth, node->depth + 1);
  if (parent.node->is_list()) {
    parent.node->list.push_back(node);
  } else if (parent.key_is_next) {
    place_key(parent, *node, plain);
  } else {
    place_value(parent, node);
  }
}

void Builder::place_key(Open& mapping, const Node& key, bool plain) {
  mapping.key_is_next = false;
  mapping.entry.reset();
  if (!key.is_scalar()) {
    file_.problem(key.mark, fmt::format("a key must be a word, this is {}", describe(key.kind)));
    return;
  }
  const auto [first, is_new] = mapping.seen.emplace(key.text, key.mark);
  if (!is_new) {
    file_.problem(key.mark, fmt::format("key {} stands here a second time (first in line {}); "
                                        "remove one of them",
                                        shown(key.text), first->second.line));
    return;
  }
  mapping.entry = Node::Entry{key.text, key.mark, nullptr};
  if (key.text == kMergeKey && plain) mapping.merged.push_back(nullptr);
}

void Builder::place_value(Open& mapping, const Node* value) {
  mapping.key_is_next = true;
  if (!mapping.entry) return;
  if (!mapping.merged.empty() && mapping.merged.back() == nullptr) {
    mapping.merged.back() = value;
    return;
  }
  mapping.entry->value = value;
  mapping.node->entries.push_back(*mapping.entry);
}

void Builder::merge(Open& mapping) {
  for (const Node* source : mapping.merged) {
    if (source->is_mapping()) {
      merge_from(mapping, *source);
    } else if (source->is_list()) {
      for (const Node* each : source->list) merge_from(mapping, *each);
    } else {
      file_.problem(*source, "<< takes a mapping or a list of mappings");
    }
  }
}

void Builder::merge_from(Open& mapping, const Node& source) {
  if (!source.is_mapping()) {
    file_.problem(source, "<< takes a mapping or a list of mappings");
    return;
  }
  for (const Node::Entry& entry : source.entries) {
    if (!mapping.seen.emplace(entry.key, entry.mark).second) continue;
    mapping.node->entries.push_back(entry);
  }
}

/// What yaml-cpp says, which may quote half of a character or an invisible one.
std::string printable(const std::string& message) {
  const std::string quoted = quote(message);
  return quoted.substr(1, quoted.size() - 2);
}

/// Where the first bytes stand that are not UTF-8.
Mark malformed(std::string_view text) {
  constexpr std::size_t kLongest = 4;  // bytes of a code point
  Mark mark{1, 1};
  for (std::size_t at = 0; at < text.size();) {
    std::size_t size = 1;
    while (size <= kLongest && !is_utf8(text.substr(at, size))) ++size;
    if (size > kLongest) break;
    const bool is_end_of_line = text[at] == '\n';
    mark = is_end_of_line ? Mark{mark.line + 1, 1}
                          : Mark{mark.line, mark.column + static_cast<int>(size)};
    at += size;
  }
  return mark;
}

Documents read_documents(std::string_view text, File& file) {
  constexpr std::size_t kUsual = 8;  // bytes of nodes for one of text
  Documents documents{
      std::make_unique<std::pmr::monotonic_buffer_resource>(kUsual * text.size() + sizeof(Node)),
      {}};
  Builder builder(file, documents.memory.get());
  try {
    std::istringstream in{std::string(text)};
    YAML::Parser parser(in);
    while (parser.HandleNextDocument(builder)) {
    }
    documents.roots = std::move(builder.documents);
  } catch (const YAML::Exception& error) {
    file.problem(mark_of(error.mark),
                 fmt::format("this is not valid YAML ({}); look at the indentation, the colons and "
                             "the quotes here and in the lines before",
                             printable(error.msg)));
  } catch (const Refused& refused) {
    file.problem(refused.mark, refused.message);
  }
  return documents;
}

}  // namespace

std::string_view describe(Node::Kind kind) {
  switch (kind) {
    case Node::Kind::Mapping:
      return "a mapping";
    case Node::Kind::List:
      return "a list";
    case Node::Kind::Scalar:
      return "a single value";
    case Node::Kind::Null:
      break;
  }
  return "empty";
}

Documents parse_yaml(std::string_view text, File& file) {
  file.set_text("");
  if (text.size() > kMaxFile) {
    file.problem(Mark{}, fmt::format("the file is larger than {} MiB; split it", kMaxFile >> 20));
    return {};
  }
  if (!is_utf8(text)) {
    file.problem(malformed(text), "the file is not valid UTF-8; save it as UTF-8");
    return {};
  }
  file.set_text(text);
  return read_documents(text, file);
}

}  // namespace tocsin::config
