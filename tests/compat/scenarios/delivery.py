"""What is sent, to whom, and what happens when it is not taken."""
from actions import fire, resolve
from scenario import Scenario

ERROR = {"status": 500}

SCENARIOS = [
    Scenario("send_resolved off",
             [(0, fire("a", "b")), (2, resolve("a")), (4, resolve("b")), (6, fire("a"))],
             {"hook": ["1 +a +b", "7 +a"]}, receivers={"hook": {"send_resolved": False}}),
    Scenario("send_resolved off beside one that has it on",
             [(0, fire("a", "b")), (2, resolve("a")), (4, resolve("b"))],
             {"hook": ["1 +a +b"], "hook/1": ["1 +a +b", "3 -a +b", "5 -b"]},
             receivers={"hook": [{"send_resolved": False}, {}]}),
    Scenario("send_resolved off and something new",
             [(0, fire("a", "b")), (2, resolve("a")), (2.2, fire("c"))],
             {"hook": ["1 +a +b", "3 +b +c"]}, receivers={"hook": {"send_resolved": False}}),
    Scenario("at most so many alerts", [(0, fire("a/1", "a/2", "a/3", "a/4")), (2, fire("a/5"))],
             {"hook": ["1 +a/1 +a/2", "3 +a/1 +a/2"]}, receivers={"hook": {"max_alerts": 2}}),
    Scenario("an error is tried again", [(0, fire("a")), (2.6, resolve("a"))],
             {"hook": ["1 refused +a", "1.5 +a", "3 -a"]}, answers={"hook": [500]}),
    Scenario("errors are tried again and again", [(0, fire("a"))],
             {"hook": ["1 refused +a", "2.8~1.5 +a"]},
             {"group_interval": "12s"}, answers={"hook": [500, 503]}),
    Scenario("one of two webhooks fails for a while", [(0, fire("a"))],
             {"hook": ["1 +a"], "hook/1": ["1 refused +a", "1.5 +a"]}, receivers={"hook": [{}, {}]},
             answers={"hook/1": [502]}),
    Scenario("a redirection is followed", [(0, fire("a"))], {"hook": ["1 refused +a"], "other": ["1 +a"]},
             answers={"hook": [{"status": 307, "headers": {"Location": "other"}}]}),
]
