// The door through which the engine asks the simulation.
#pragma once

#include "query/source.h"
#include "simulation/simulation.h"

namespace tocsin::simulation {

class Simulation::Source : public query::Source {
 public:
  explicit Source(Simulation& simulation) : simulation_(simulation) {}
  void instant(const std::string& expression, Timestamp at,
               std::function<void(query::Answer)> done) override {
    simulation_.ask(expression, at, std::move(done));
  }
  void write(std::span<const query::Sample>, std::function<void(std::string)> done) override {
    done("");
  }
  bool writable() const override { return true; }

 private:
  Simulation& simulation_;
};

}  // namespace tocsin::simulation
