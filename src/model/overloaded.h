// One lambda per alternative of a std::variant, for std::visit.
#pragma once

namespace tocsin {

template <class... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};
template <class... Ts>
Overloaded(Ts...) -> Overloaded<Ts...>;

}  // namespace tocsin
