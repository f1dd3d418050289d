"""Alerts that keep others quiet."""
from actions import fire, look, resolve, silence, unsilence
from scenario import Scenario, Setup

BY_NAME = {"group_by": ["alertname"]}
PLAIN = [{"source_matchers": ['alertname="source"'], "target_matchers": ['alertname=~"target.*"']}]
EQUAL = [{**PLAIN[0], "equal": ["instance"]}]
CHAIN = [{"source_matchers": ['alertname="a"'], "target_matchers": ['alertname="b"']},
         {"source_matchers": ['alertname="b"'], "target_matchers": ['alertname="c"']}]
SEVERITY = [{"source_matchers": ['severity="critical"'], "target_matchers": ['severity=~"critical|warning"'],
             "equal": ["zone"]}]


def critical(*words, **more):
    return fire(*words, labels={"severity": "critical", "zone": "x"}, **more)


def warning(*words, **more):
    return fire(*words, labels={"severity": "warning", "zone": "x"}, **more)


SCENARIOS = [
    Scenario("inhibited from the start",
             [(0, fire("source", "target")), (0.5, look("alerts?{scenario}")), (2, resolve("source")),
              (2.3, look("alerts?{scenario}"))],
             {"hook": ["1 +source", "3 -source", "3 +target"]}, BY_NAME, inhibit_rules=PLAIN),
    Scenario("inhibited within one group",
             [(0, fire("target")), (2, fire("source")), (4, resolve("source"))],
             {"hook": ["1 +target", "3 +source", "5 -source +target"]}, inhibit_rules=PLAIN),
    Scenario("inhibited where labels are equal",
             [(0, fire("source/1", "target/1", "target/2"))],
             {"hook": ["1 +source/1", "1 +target/2"]}, BY_NAME, inhibit_rules=EQUAL),
    Scenario("inhibited where the equal label is missing on both",
             [(0, fire("source", "target", "target/1"))],
             {"hook": ["1 +source", "1 +target/1"]}, BY_NAME, inhibit_rules=EQUAL),
    Scenario("every source counts",
             [(0, fire("source/1", labels={"rack": "a"})), (0, fire("source/1", labels={"rack": "b"})),
              (0, fire("target/1")), (2, resolve("source/1", labels={"rack": "b"})),
              (4, resolve("source/1", labels={"rack": "a"}))],
             {"hook": ["1 +source/1 +source/1", "3 +source/1 -source/1", "5 -source/1", "5 +target/1"]},
             BY_NAME, inhibit_rules=EQUAL),
    Scenario("an inhibited source inhibits", [(0, fire("a", "b", "c")), (0.5, look("alerts?{scenario}")),
                                              (2, resolve("b")), ],
             {"hook": ["1 +a", "3 +c"]}, BY_NAME, inhibit_rules=CHAIN),
    Scenario("a silenced source inhibits",
             [(0, silence("s", 'alertname="source"')), (0.2, fire("source", "target")), (2, fire("other")),
              (4, unsilence("s"))],
             {"hook": ["3 +other", "5 +source"]}, BY_NAME, inhibit_rules=PLAIN),
    Scenario("an alert does not inhibit itself",
             [(0, critical("a", "b")), (0, warning("c"))], {"hook": ["1 +a +b"]},
             {"group_by": ["severity"]}, inhibit_rules=SEVERITY),
    Scenario("a source that is over inhibits nobody",
             [(0, fire("source", starts=-60, ends=-30)), (0, fire("target"))],
             {"hook": ["1 +target"]}, BY_NAME, inhibit_rules=PLAIN),
    Scenario("a source that ends by itself", [(0, fire("source", ends=4)), (0, fire("target"))],
             {"hook": ["1 +source", "5 -source", "5 +target"]}, BY_NAME, inhibit_rules=PLAIN),
    Scenario("a source comes too late",
             [(0, fire("target")), (2, fire("source")), (4, fire("target/1"))],
             {"hook": ["1 +target", "3 +source"]}, BY_NAME, inhibit_rules=PLAIN, until=8.5),
    Scenario("source_match and target_match_re",
             [(0, fire("source/1", "target/1", "target/2"))],
             {"hook": ["1 +source/1", "1 +target/2"]}, BY_NAME,
             inhibit_rules=[{"source_match": {"alertname": "source"},
                             "target_match_re": {"alertname": "targ.t"}, "equal": ["instance"]}]),
    Scenario("a source of another group and receiver",
             [(0, fire("source", "target")), (2, resolve("source"))],
             {"first": ["1 +source", "3 -source"], "second": ["3 +target"]},
             {"receiver": "first", "routes": [{"matchers": ['alertname="target"'], "receiver": "second"}]},
             {"first": {}, "second": {}}, inhibit_rules=PLAIN),
    Scenario("inhibited where a matcher is negative",
             [(0, fire("source", "a", "b"))], {"hook": ["1 +b", "1 +source"]}, BY_NAME,
             inhibit_rules=[{"source_matchers": ['alertname="source"'],
                             "target_matchers": ['alertname!~"source|b"']}]),
    Scenario("a rule that is null", [(0, fire("a", "b"))], {"hook": ["1 +a +b"]}, since="0.26",
             setup=Setup("null rule", {"inhibit_rules": [None]})),
]
