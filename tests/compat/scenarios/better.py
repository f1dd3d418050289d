"""Where Tocsin is better on purpose: what it tells, and what the real one tells."""
from actions import fire, kill, look, reload, resolve, silence, unsilence
from scenario import Scenario, Setup
from scenarios.intervals import until_the_minute_turns

RETRY = {"status": 429, "headers": {"Retry-After": "1"}}

SCENARIOS = [
    Scenario("fires again after a resolve nobody heard of",
             [(0, fire("a")), (2, silence("s", 'alertname="a"')), (2.2, resolve("a")), (4, unsilence("s")),
              (6, fire("a"))],
             {"hook": ["1 +a", "7 +a"]}, until=12,
             better="the resolve is swallowed with the silence; the record of what was told goes on "
                    "saying that it fires, so that nobody is told when it fires again",
             told_by_alertmanager={"hook": ["1 +a"]}),
    # The reload counts the idle group's timer anew: 2, 4, 6, 8 and, with the minute over, 10.
    Scenario("resolved while it is muted by the clock",
             [(0, fire("a")), (2, reload("muted")), (4, resolve("a"))], {"hook": ["1 +a", "10 -a"]},
             alone=True, setup=Setup("aligned", aligned=True), until=15,
             later={"muted": {"route": {"routes": [{"mute_time_intervals": ["it"]}]},
                              "time_intervals": {"it": until_the_minute_turns}}},
             route={"routes": [{}]},
             better="the resolve is swallowed by the time interval and never told",
             told_by_alertmanager={"hook": ["1 +a"]}),
    Scenario("too many requests", [(0, fire("a"))], {"hook": ["1 refused +a", "2 +a"]},
             {"group_interval": "6s"}, answers={"hook": [RETRY]}, until=9,
             better="429 is given up until the next flush, and Retry-After is not read",
             told_by_alertmanager={"hook": ["1 refused +a", "7 +a"]}),
    Scenario("a slow receiver holds nobody up",
             [(0, fire("a")), (2, fire("b"))],
             {"hook": ["1 +a", "3 +a +b"], "hook/1": ["1 +a", "5 +a +b"]},
             receivers={"hook": [{}, {}]}, answers={"hook/1": [{"delay": 4}]}, until=9,
             better="a flush lasts as long as its slowest receiver, the next one is late for all",
             told_by_alertmanager={"hook": ["1 +a", "5 +a +b"], "hook/1": ["1 +a", "5 +a +b"]}),
    Scenario("killed",
             [(0, silence("s", 'alertname="b"')), (0.2, fire("a", "b", starts=0)), (2, kill()),
              (4, fire("a", "b", starts=0)), (4.4, look("silences?{scenario}"))],
             {"hook": ["1 +a"]}, alone=True, until=9,
             better="silences, and what was told, are lost since the last snapshot",
             told_by_alertmanager={"hook": ["1 +a", "4 +a +b"]}),
    Scenario("killed, and nobody posts the alert again",
             [(0, fire("a", ends=5)), (2, kill())], {"hook": ["1 +a", "5 -a"]}, alone=True, until=9,
             better="alerts are lost with every restart, nobody is told that they are over",
             told_by_alertmanager={"hook": ["1 +a"]}),
    Scenario("a receiver is renamed",
             [(0, fire("a")), (2, reload("renamed")), (4, fire("a"))],
             {"hook": ["1 +a"]}, receivers={"hook": {}}, alone=True, until=8,
             later={"renamed": {"receivers": {"bell": {"of": "hook"}}}},
             better="what was told is kept under the receiver's name, so all is told again",
             told_by_alertmanager={"hook": ["1 +a", "2 +a"]}),
    Scenario("a route's matchers are edited",
             [(0, fire("a", labels={"team": "blue"})), (2, reload("edited")), (4, fire("a", labels={"team": "blue"}))],
             {"hook": ["1 +a"]}, {"routes": [{"matchers": ['team="blue"']}]}, alone=True, until=8,
             later={"edited": {"route": {"routes": [{"matchers": ['team=~"blue|red"']}]}}},
             better="what was told is kept under the route's matchers, so all is told again",
             told_by_alertmanager={"hook": ["1 +a", "2 +a"]}),
    Scenario("a resolve is posted again and again",
             [(0, fire("a/1")), (2, resolve("a/1")), (4, fire("a/2")), (4, resolve("a/1"))],
             {"hook": ["1 +a/1", "3 -a/1", "5 +a/2"]},
             better="an alert that was told resolved comes along once more with the next message, "
                    "whenever its client says again that it is over",
             told_by_alertmanager={"hook": ["1 +a/1", "3 -a/1", "5 -a/1 +a/2"]}),
    Scenario("a repeat interval of whole intervals", [(0, fire("a"))],
             {"hook": ["1 +a", "5 +a", "9 +a", "13 +a"]}, {"repeat_interval": "4s"}, until=14,
             # Its repeats are late by an interval, or are not: it compares with the time after delivery.
             since="never: its repeats slip"),
]
