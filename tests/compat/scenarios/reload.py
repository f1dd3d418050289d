"""Reloads and restarts."""
from actions import fire, kill, look, reload, resolve, restart, silence
from scenario import Scenario

SPLIT = {"receiver": "hook", "routes": [{"matchers": ['team="blue"'], "receiver": "blue"}]}
TWO = {"hook": {}, "blue": {}}

SCENARIOS = [
    Scenario("reloaded unchanged", [(0, fire("a")), (2, reload()), (4.6, fire("b"))],
             {"hook": ["1 +a", "6 +a +b"]}, alone=True),
    Scenario("reloaded with a changed tree",
             [(0, fire("a", "b", labels={"team": "blue"})), (0, fire("c")), (2, reload("split"))],
             {"hook": ["1 +c +a +b"], "blue": ["2 +a +b"]}, alone=True,
             route={"receiver": "hook"}, receivers=TWO, later={"split": {"route": SPLIT}}, until=8),
    Scenario("a broken file changes nothing",
             [(0, fire("a")), (2, reload(broken="route: [")), (2.3, look("alerts?{scenario}")),
              (4, reload(broken="route: {receiver: nobody}")), (6, fire("b"))],
             {"hook": ["1 +a", "7 +a +b"]}, alone=True),
    Scenario("a reload changes send_resolved", [(0, fire("a")), (2, reload("off")), (4, resolve("a"))],
             {"hook": ["1 +a"]}, alone=True, until=9,
             later={"off": {"receivers": {"hook": {"send_resolved": False}}}}),
    Scenario("a reload brings an inhibition",
             [(0, fire("target")), (2, reload("rule")), (2.5, fire("source", "target/1")),
              (2.8, look("alerts?{scenario}"))],
             {"hook": ["1 +target", "4 +source"]}, alone=True, until=8,
             later={"rule": {"inhibit_rules": [{"source_matchers": ['alertname="source"'],
                                                "target_matchers": ['alertname="target"']}]}}),
    Scenario("restarted, and the alert is posted again",
             [(0, fire("a", starts=0)), (2, restart()), (4, fire("a", starts=0)), (5.4, fire("b"))],
             # The real one counts from the alert that is posted again, Tocsin goes on as before.
             {"hook": ["1 +a", "6.5 +a +b"]}, alone=True),
    Scenario("restarted, the silence still holds",
             [(0, silence("s", 'alertname="a"')), (2, restart()), (4, fire("a", "b")),
              (4.4, look("silences?{scenario}"))],
             {"hook": ["5 +b"]}, alone=True),
]
