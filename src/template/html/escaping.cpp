#include "template/html/escaping.h"

#include <algorithm>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "model/error.h"
#include "model/overloaded.h"
#include "model/text.h"
#include "template/html/plan.h"
#include "template/html/text_edit.h"
#include "template/limits.h"

namespace tocsin::tmpl::html {

/// Walks the bodies with the context in hand. What it finds out about a definition that calls
/// itself rests on a guess of the context that it ends in, so that a walk may be undone.
class Analysis {
 public:
  Analysis(const Template::Parsed& parsed, Escaping& result) : parsed_(parsed), result_(result) {}

  const Instance* run() {
    const Key key{&parsed_.main, ""};
    const Context end = call(Context(), key, At{});
    if (end.is(State::Error)) fail(end);
    if (!end.is(State::Text)) {
      throw Error(fmt::format("html/template: ends in a non-text context: {}", to_string(end)));
    }
    return commit(key);
  }

 private:
  /// A definition in a context, which is "" for text.
  using Key = std::pair<const Definition*, std::string>;
  struct At {
    const Definition* definition = nullptr;
    const Statement* statement = nullptr;
    Offset offset = 0;  ///< of what is complained about
  };
  struct Edits {
    std::map<const Statement*, Plan> plans;
    std::map<const Statement*, std::string> texts;
    std::map<const Statement*, Key> calls;
  };
  /// What is known so far; copied to try something.
  struct Known {
    std::map<Key, Context> ends;
    std::set<Key> called;
    std::map<Key, Edits> edits;
  };
  struct Leaps {
    std::vector<Context> breaks;
    std::vector<Context> continues;
  };

  [[noreturn]] void fail(const Context& context) const {
    const std::string where = context.where.empty() ? "" : context.where + ": ";
    throw Error(fmt::format("html/template:{}{}", where.empty() ? " " : where, context.problem));
  }

  std::string place(const At& at) const {
    const Template::Parsed& file = *at.definition->file;
    const Place place = place_of(file.text, at.offset);
    return fmt::format("{}:{}:{}", file.name, place.line, place.column);
  }

  Context failed_at(std::string problem, const At& at) const {
    Context context = failed(std::move(problem));
    if (at.statement != nullptr) context.where = place(at);
    return context;
  }

  Edits& edits() {
    ++edits_made_;
    return known_.edits[current_];
  }

  /// Nested loops are walked twice each, and what is known is copied to try something.
  void spend(std::size_t steps) {
    steps_ += steps;
    constexpr std::size_t kMost = 2'000'000;
    if (steps_ > kMost) {
      throw Error(
          "html/template: the templates are nested too much to find out where values stand");
    }
  }
  Known copy() {
    spend(edits_made_);
    return known_;
  }

  // Statements
  Context walk(Context context, const Body& body) {
    for (const Statement& statement : body) {
      context = walk(std::move(context), statement);
      if (context.is(State::Dead)) break;
    }
    return context;
  }

  Context walk(Context context, const Statement& statement) {
    spend(1);
    const At at{current_.first, &statement, statement.at};
    return std::visit(
        Overloaded{
            [&](const PlainText& text) { return plain_text(std::move(context), text, at); },
            [&](const Action& action) { return action_end(std::move(context), action, at); },
            [&](const Branch& branch) { return branch_end(context, branch, 0, at); },
            [&](const Loop& loop) {
              return loop_end(context, loop, {at.definition, at.statement, loop.range.at});
            },
            [&](const Invocation& invocation) {
              return invocation_end(std::move(context), invocation, at);
            },
            [&](const Break&) { return leap(leaps_.breaks, std::move(context)); },
            [&](const Continue&) { return leap(leaps_.continues, std::move(context)); },
        },
        statement.what);
  }

  Context leap(std::vector<Context>& leaps, Context context) {
    leaps.push_back(std::move(context));
    Context dead;
    dead.state = State::Dead;
    return dead;
  }

  Context plain_text(Context context, const PlainText& text, const At& at) {
    EditedText edited = edit_text(std::move(context), text.text);
    if (edited.end.is(State::Error)) return edited.end;
    if (edited.text) edits().texts[at.statement] = *std::move(edited.text);
    return edited.end;
  }

  Context action_end(Context context, const Action& action, const At& at) {
    if (!action.pipeline.variables.empty()) return context;
    context = nudged(std::move(context));
    const std::string_view misplaced = misplaced_escaper(action.pipeline, context);
    if (!misplaced.empty()) {
      return failed_at(
          fmt::format("predefined escaper {} disallowed in template", quote(misplaced)), at);
    }
    if (context.is(State::Error)) return context;
    std::vector<Escaper> escapers;
    const std::string text = fmt::format("{{{{{}}}}}", to_string(action.pipeline));
    Context end = context_after_value(std::move(context), text, escapers);
    if (end.is(State::Error)) return failed_at(end.problem, at);
    edits().plans[at.statement] = plan_of(action.pipeline, escapers);
    return end;
  }

  /// Between a tag's parts, a value begins the next of them.
  static Context nudged(Context context) {
    switch (context.state) {
      case State::Tag:
        context.state = State::AttrName;
        break;
      case State::BeforeValue:
        context.state = state_of(context.attr);
        context.delim = Delim::SpaceOrTagEnd;
        context.attr = Attribute::None;
        break;
      case State::AfterName:
        context.state = State::AttrName;
        context.attr = Attribute::None;
        break;
      default:
        break;
    }
    return context;
  }

  /// The context behind two branches, which has to be one.
  Context join(const Context& a, const Context& b, const At& at, std::string_view word) const {
    if (a.is(State::Error) || b.is(State::Dead)) return a;
    if (b.is(State::Error) || a.is(State::Dead)) return b;
    if (a == b) return a;
    Context near = a;
    near.url_part = b.url_part;
    if (near == b) {
      near.url_part = UrlPart::Unknown;
      return near;
    }
    near = a;
    near.js = b.js;
    if (near == b) {
      near.js = JsContext::Unknown;
      return near;
    }
    const Context c = nudged(a);
    const Context d = nudged(b);
    if (!(c == a && d == b)) {
      Context joined = join(c, d, at, word);
      if (!joined.is(State::Error)) return joined;
    }
    return failed_at(fmt::format("{{{{{}}}}} branches end in different contexts: {}, {}", word,
                                 to_string(a), to_string(b)),
                     at);
  }

  Context branch_end(const Context& context, const Branch& branch, std::size_t arm, At at) {
    if (arm == branch.arms.size()) return walk(context, branch.otherwise);
    at.offset = branch.arms[arm].condition.at;
    const Context taken = walk(context, branch.arms[arm].body);
    const Context other = branch_end(context, branch, arm + 1, at);
    return join(taken, other, at, branch.sets_dot ? "with" : "if");
  }

  /// The body once, and joined with how it was left.
  Context body_end(const Context& context, const Loop& loop, const At& at) {
    Leaps outer = std::exchange(leaps_, Leaps());
    Context end = walk(context, loop.body);
    for (const auto& [leaps, word] :
         {std::pair{&leaps_.breaks, "break"}, {&leaps_.continues, "continue"}}) {
      for (const Context& each : *leaps) {
        if (end.is(State::Error)) break;
        end = join(end, each, at, "range");
        if (!end.is(State::Error)) continue;
        end.problem = fmt::format("at range loop {}: {}", word, end.problem);
      }
    }
    leaps_ = std::move(outer);
    return end;
  }

  Context loop_end(const Context& context, const Loop& loop, const At& at) {
    Context end = body_end(context, loop, at);
    if (end.is(State::Error)) return end;
    // The second turn begins where the first one ended; what it would do is only looked at.
    Known before = copy();
    const Context again = body_end(end, loop, at);
    known_ = std::move(before);
    end = join(end, again, at, "range");
    if (end.is(State::Error)) {
      end.problem = "on range loop re-entry: " + end.problem;
      return end;
    }
    return join(end, walk(context, loop.otherwise), at, "range");
  }

  // Definitions
  Context invocation_end(Context context, const Invocation& invocation, const At& at) {
    const Definition* definition = parsed_.find(invocation.name);
    if (definition == nullptr) {
      return failed_at(fmt::format("no such template {}", quote(invocation.name)), at);
    }
    const Key key{definition, context.is(State::Text) ? "" : to_string(context)};
    edits().calls[at.statement] = key;
    return call(std::move(context), key, at);
  }

  Context call(Context context, const Key& key, const At& at) {
    known_.called.insert(key);
    const auto known = known_.ends.find(key);
    if (known != known_.ends.end()) return known->second;
    if (++depth_ > kMaxExecutionDepth) {
      --depth_;
      return failed_at("templates call one another too deeply", at);
    }
    std::optional<Context> end = body_of(context, key, context);
    std::optional<Context> second;
    if (!end && !problem_.is(State::Error)) second = body_of(context, key, problem_);
    --depth_;
    if (end) return *end;
    if (second) return *second;
    if (problem_.is(State::Error)) return problem_;
    return failed_at(fmt::format("cannot compute output context for template {}", key.first->name),
                     at);
  }

  /// Walks a definition's body, which calls itself as if it ended in `guess`. Nothing, and
  /// problem_, when that goes wrong or the guess was.
  std::optional<Context> body_of(const Context& context, const Key& key, const Context& guess) {
    Known before = copy();
    known_.called.clear();
    known_.ends.insert_or_assign(key, guess);
    known_.edits.erase(key);
    const Key caller = std::exchange(current_, key);
    Leaps outer = std::exchange(leaps_, Leaps());
    Context end = walk(context, key.first->body);
    leaps_ = std::move(outer);
    current_ = caller;
    const bool recursive = known_.called.contains(key);
    if (end.is(State::Error) || (recursive && end != guess)) {
      known_ = std::move(before);
      known_.ends.insert_or_assign(key, guess);
      problem_ = std::move(end);
      return std::nullopt;
    }
    known_.called.insert(before.called.begin(), before.called.end());
    known_.ends.insert_or_assign(key, end);
    return end;
  }

  /// Makes instances of what was found out.
  const Instance* commit(const Key& main) {
    std::map<Key, Instance*> instances;
    const auto instance = [&](const Key& key) {
      Instance*& made = instances[key];
      if (made == nullptr) {
        made = &result_.instances_.emplace_back();
        made->definition = key.first;
      }
      return made;
    };
    for (auto& [key, edits] : known_.edits) {
      Instance* made = instance(key);
      made->plans = std::move(edits.plans);
      made->texts = std::move(edits.texts);
      for (const auto& [statement, callee] : edits.calls) {
        made->calls.emplace(statement, instance(callee));
      }
    }
    return instance(main);
  }

  const Template::Parsed& parsed_;
  Escaping& result_;
  Known known_;
  Key current_{nullptr, ""};
  Leaps leaps_;
  Context problem_;
  int depth_ = 0;
  std::size_t edits_made_ = 0;
  std::size_t steps_ = 0;
};

Escaping::Escaping(const Template::Parsed& parsed) { main_ = Analysis(parsed, *this).run(); }

}  // namespace tocsin::tmpl::html
