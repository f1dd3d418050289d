"""Who is told: the tree, its matchers, its defaults."""
from actions import fire, resolve
from scenario import Scenario


def hooks(*names):
    return {name: {} for name in names}



SCENARIOS = [
    Scenario("the first child that matches",
             [(0, fire("a", labels={"team": "blue"}), ), (0, fire("b"))],
             {"blue": ["1 +a"], "top": ["1 +b"]},
             {"receiver": "top", "routes": [
                 {"matchers": ['team="blue"'], "receiver": "blue"},
                 {"matchers": ['alertname="a"'], "receiver": "late"}]},
             hooks("top", "blue", "late")),
    Scenario("continue", [(0, fire("a", labels={"team": "blue"})), (2, resolve("a", labels={"team": "blue"}))],
             {"blue": ["1 +a", "3 -a"], "second": ["1 +a", "3 -a"]},
             {"receiver": "top", "routes": [
                 {"matchers": ['team="blue"'], "receiver": "blue", "continue": True},
                 {"matchers": ['alertname="a"'], "receiver": "second"},
                 {"matchers": ['alertname=~".+"'], "receiver": "third"}]},
             hooks("top", "blue", "second", "third")),
    Scenario("continue into the same receiver", [(0, fire("a", "b"))],
             {"hook": ["1 +a", "1 +a +b"]},
             {"routes": [{"matchers": ['alertname="a"'], "continue": True},
                         {"matchers": ['alertname=~"a|b"']}]}),
    Scenario("a child continues and nobody follows", [(0, fire("a"))], {"child": ["1 +a"]},
             {"receiver": "top", "routes": [
                 {"matchers": ['alertname="a"'], "receiver": "child", "continue": True}]},
             hooks("top", "child")),
    Scenario("nested routes",
             [(0, fire("a/1", "a/2", labels={"team": "blue", "severity": "page"})),
              (0, fire("b/1", labels={"team": "blue"})), (0, fire("c"))],
             {"deep": ["1 +a/1", "1 +a/2"], "blue": ["1 +b/1"], "top": ["1 +c"]},
             {"receiver": "top", "group_by": ["alertname"], "routes": [
                 {"matchers": ['team="blue"'], "receiver": "blue", "routes": [
                     {"matchers": ['severity="page"'], "receiver": "deep",
                      "group_by": ["instance"]}]}]},
             hooks("top", "blue", "deep")),
    Scenario("what a child inherits",
             [(0, fire("a/1", "b/1", labels={"team": "blue"}))],
             {"top": ["0 +a/1", "0 +b/1"]},
             {"receiver": "top", "group_by": ["alertname"], "group_wait": "0s", "routes": [
                 {"matchers": ['team="blue"'], "routes": [{"matchers": ['instance="1"']}]}]},
             hooks("top")),
    Scenario("a child has times of its own",
             [(0, fire("a", labels={"team": "blue"})), (0, fire("b")),
              (4, fire("c", labels={"team": "blue"}))],
             {"hook": ["1 +b", "2 +a", "6 +a +c"]},
             {"routes": [{"matchers": ['team="blue"'], "group_wait": "2s",
                          "group_interval": "4s"}]}),
    Scenario("regular expressions are anchored",
             [(0, fire("disk", "disks", "a disk"))],
             {"exact": ["1 +disk"], "rest": ["1 +a disk +disks"]},
             {"receiver": "rest", "routes": [{"matchers": ['alertname=~"disk"'], "receiver": "exact"}]},
             hooks("rest", "exact")),
    Scenario("negative matchers",
             [(0, fire("a", labels={"team": "blue"})), (0, fire("b", labels={"team": "red"})),
              (0, fire("c", labels={"team": "green"})), (0, fire("d"))],
             {"notblue": ["1 +b"], "neither": ["1 +d", "1 +c"], "rest": ["1 +a"]},
             {"receiver": "rest", "group_by": ["team"], "routes": [
                 {"matchers": ['team!="blue"', 'team!~"gr.*|"'], "receiver": "notblue"},
                 {"matchers": ['team!~"blue|red"'], "receiver": "neither"}]},
             hooks("rest", "notblue", "neither")),
    Scenario("a label that is missing is empty",
             [(0, fire("a", labels={"team": "blue"})), (0, fire("b"))],
             {"none": ["1 +b"], "some": ["1 +a"]},
             {"receiver": "top", "routes": [{"matchers": ['team=""'], "receiver": "none"},
                                            {"matchers": ['team!=""'], "receiver": "some"}]},
             hooks("top", "none", "some")),
    Scenario("match and match_re",
             [(0, fire("a", labels={"team": "blue", "zone": "eu-1"})),
              (0, fire("b", labels={"team": "blue", "zone": "us-1"}))],
             {"old": ["1 +a"], "top": ["1 +b"]},
             {"receiver": "top", "routes": [
                 {"match": {"team": "blue"}, "match_re": {"zone": "eu-.*"}, "receiver": "old"}]},
             hooks("top", "old")),
    Scenario("several matchers in one text",
             [(0, fire("a", labels={"team": "blue", "zone": "eu-1"})),
              (0, fire("b", labels={"team": "blue", "zone": "us-1"}))],
             {"both": ["1 +a"], "top": ["1 +b"]},
             {"receiver": "top", "routes": [
                 {"matchers": ['{team=blue,zone=~"eu-.*"}'], "receiver": "both"}]},
             hooks("top", "both")),
    Scenario("matchers of all kinds in one key",
             [(0, fire("a", labels={"team": "blue", "zone": "eu-1"}))], {"all": ["1 +a"]},
             {"receiver": "top", "routes": [
                 {"match": {"team": "blue"}, "match_re": {"zone": "eu-.*"},
                  "matchers": ['alertname!="b"', 'severity!~"x\\"y"'], "receiver": "all",
                  "group_by": ["zone", "alertname"]}]},
             hooks("top", "all")),
    Scenario("a receiver that tells nobody", [(0, fire("a")), (0, fire("b"))], {"hook": ["1 +b"]},
             {"receiver": "hook", "routes": [{"matchers": ['alertname="a"'], "receiver": "nobody"}]},
             {"hook": {}, "nobody": []}),
    Scenario("two webhooks in one receiver", [(0, fire("a")), (2, resolve("a"))],
             {"hook": ["1 +a", "3 -a"], "hook/1": ["1 +a", "3 -a"]}, {}, {"hook": [{}, {}]}),
    Scenario("names that a regular expression would read", [(0, fire("a.b"))],
             {"a.b+c": ["1 +a.b"]}, {"receiver": "a.b+c"}, {"a.b+c": {}}),
]
