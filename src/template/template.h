// Go's text/template language, as Prometheus' rule files and Alertmanager's messages use it.
//
// A template is parsed once and frozen; executing it is a function of the data and the environment
// passed in. Source of the language: Go's text/template and Prometheus template/template.go.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "model/error.h"
#include "template/functions.h"
#include "template/limits.h"
#include "template/value.h"

namespace tocsin::tmpl {

/// A function of the template that refused what it was given.
class FunctionFailed : public Error {
 public:
  FunctionFailed(const std::string& what, std::string function)
      : Error(what), function_(std::move(function)) {}
  const std::string& function() const { return function_; }

 private:
  std::string function_;
};

class Library;

class Template {
 public:
  /// Parses `text`. Functions that are unknown to `functions` are errors, as in Go. `variables` are
  /// the names ("$labels") of variables that execute() is given the values of; they are known
  /// outside of {{define}} only. Throws InvalidInput whose Position has the line and column within
  /// `text` (file is `name`).
  static Template parse(std::string_view text, std::string name, const Functions& functions,
                        std::span<const std::string_view> variables = {},
                        const Limits& limits = {});

  /// One that knows the definitions, functions and limits of a library. Its own definitions come
  /// before the library's.
  static Template parse(std::string_view text, std::string name,
                        std::shared_ptr<const Library> library);

  /// The text as it was given.
  const std::string& text() const;
  /// No actions: executing gives text() itself.
  bool is_literal() const;
  /// The same data always gives the same text: no function that looks at a clock or runs a query.
  bool is_pure() const;

  /// REQUIRES: `variables` has as many values as parse() had names. Throws Error with Go's kind of
  /// message when an action fails: "template: NAME:LINE:COLUMN: executing "NAME" at <.X>: …", where
  /// columns are bytes from 0 as Go counts them.
  std::string execute(const Value& data, const Environment& environment = {},
                      std::span<const Value> variables = {}) const;

  struct Parsed;  // in template/tree.h
  /// The tree, for who looks into templates (template/uses.h).
  const Parsed& parsed() const { return *parsed_; }

 private:
  std::shared_ptr<const Parsed> parsed_;  // shared: frozen, and rules are copied
};

}  // namespace tocsin::tmpl
