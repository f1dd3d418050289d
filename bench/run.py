#!/usr/bin/env python3
"""The benchmark as a whole: three kinds of load, Tocsin beside vmalert, compared to the targets.

    run.py [--window 30] [--interval 5] [--only tocsin|vmalert] [--short]

Exit code 1 when a target is missed. --short is a tenth of the load, to see that it works.
"""
import argparse
import copy
import sys

import evaluation

# rules, series, state, the largest allowed ratio of CPU, and of memory (None: no target)
SCENARIOS = (
    (10_000, 1, "quiet", 1 / 3, 1.0),
    (10_000, 1, "firing", 1 / 4, None),
    (100, 1_000, "firing", 1 / 30, None),
)


def judge(scenario, results):
    """One line for each target, and whether all of them are met."""
    _, _, _, cpu, memory = scenario
    ratios = evaluation.ratios_of(results)
    if not ratios:
        return True
    tocsin = next(result for result in results if result["evaluator"] == "tocsin")
    checks = [(f"CPU {ratios['cpu_s_per_1000']:.3f} of vmalert's (target: at most {cpu:.3f})",
               ratios["cpu_s_per_1000"] <= cpu),
              (f"schedule kept {tocsin['schedule_kept']:.1%} (target: all)",
               tocsin["schedule_kept"] >= 0.99)]
    if memory is not None:
        checks.append((f"memory {ratios['rss_mib']:.3f} of vmalert's (target: below {memory:g})",
                       ratios["rss_mib"] < memory))
    for words, met in checks:
        print(f"  {'met   ' if met else 'MISSED'}  {words}")
    return all(met for _, met in checks)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    evaluation.add_common(parser)
    parser.add_argument("--short", action="store_true")
    options = parser.parse_args()
    good = True
    for scenario in SCENARIOS:
        each = copy.copy(options)
        each.rules, each.series, each.state = scenario[:3]
        if options.short:
            each.rules //= 10
        good = judge(scenario, evaluation.run(each)) and good
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
