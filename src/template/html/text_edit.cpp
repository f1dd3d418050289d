#include "template/html/text_edit.h"

namespace tocsin::tmpl::html {
namespace {

class Editor {
 public:
  explicit Editor(std::string_view text) : text_(text) {}

  EditedText run(Context context) {
    std::size_t at = 0;
    while (at < text_.size()) {
      auto [next, used] = after_text(context, text_.substr(at));
      const std::size_t end = at + used;
      piece(context, next, at, end);
      context = std::move(next);
      at = end;
    }
    std::optional<std::string> edited;
    if (written_ != 0 && !context.is(State::Error)) {
      if (!drops(context)) out_ += text_.substr(written_);
      edited = std::move(out_);
    }
    return {std::move(context), std::move(edited)};
  }

 private:
  static bool drops(const Context& context) {
    return context.is_comment() && context.delim == Delim::None;
  }

  void write_to(std::size_t end) {
    if (end > written_) out_ += text_.substr(written_, end - written_);
  }

  /// From one change of context to the next.
  void piece(const Context& from, const Context& to, std::size_t begin, std::size_t end) {
    if (from.is(State::Text) || from.is(State::Rcdata)) {
      escape_brackets(begin, text_end(from, to, begin, end));
    } else if (drops(from)) {
      end_comment(from, end);
    }
    if (from.state != to.state && drops(to)) {
      write_to(end - opening_length(to));
      written_ = end;
    }
    if (from.in_script_literal()) escape_script_tags(begin, end);
  }

  /// Where the text before a tag ends.
  std::size_t text_end(const Context& from, const Context& to, std::size_t begin,
                       std::size_t end) const {
    if (from.state == to.state) return end;
    const std::size_t bracket = text_.substr(0, end).rfind('<');
    return bracket != std::string_view::npos && bracket >= begin ? bracket : end;
  }

  void escape_brackets(std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      if (text_[i] != '<' || lower(text_.substr(i, 9)) == "<!doctype") continue;
      write_to(i);
      out_ += "&lt;";
      written_ = i + 1;
    }
  }

  /// A comment is as good as a blank, or, in a script, a line end.
  void end_comment(const Context& comment, std::size_t end) {
    const std::string_view dropped =
        end > written_ ? text_.substr(written_, end - written_) : std::string_view();
    if (comment.is(State::JsBlockComment)) {
      const bool lines = dropped.find_first_of("\n\r") != std::string_view::npos ||
                         dropped.find("\xE2\x80\xA8") != std::string_view::npos ||
                         dropped.find("\xE2\x80\xA9") != std::string_view::npos;
      out_ += lines ? '\n' : ' ';
    } else if (comment.is(State::CssBlockComment)) {
      out_ += ' ';
    }
    written_ = end;
  }

  static std::size_t opening_length(const Context& comment) {
    if (comment.is(State::HtmlComment) || comment.is(State::JsHtmlOpenComment)) return 4;
    return comment.is(State::JsHtmlCloseComment) ? 3 : 2;
  }

  /// What HTML would take for the script's end, or its start, within a string.
  void escape_script_tags(std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      const std::string word = lower(text_.substr(i, std::min<std::size_t>(8, end - i)));
      if (!word.starts_with("<script") && word != "</script" && !word.starts_with("<!--")) continue;
      write_to(i);
      out_ += "\\x3C";
      written_ = i + 1;
    }
  }

  std::string_view text_;
  std::size_t written_ = 0;  // so much of the text is in out_, or dropped
  std::string out_;
};

}  // namespace

EditedText edit_text(Context context, std::string_view text) {
  return Editor(text).run(std::move(context));
}

}  // namespace tocsin::tmpl::html
