"""Which alerts come in one message, in what order, and when."""
from actions import fire, post, resolve
from scenario import Scenario

BY_NAME = {"group_by": ["alertname"]}

# Jobs and instances in an order that is not the order of a message.
CROWD = [{"labels": {"alertname": f"n{number % 3}", "instance": f"i{number * 7 % 10}",
                     **({"job": f"j{number % 4}"} if number % 4 else {}),
                     **({"extra": "x" * (number % 5)} if number % 5 else {})},
          "annotations": {"number": str(number)}} for number in range(40)]


def in_order(alerts):
    """The words of a message: by job, those without one last, then by instance, number of labels,
    labels."""
    def key(alert):
        labels = alert["labels"]
        return ("job" not in labels, labels.get("job", ""), labels["instance"], len(labels),
                sorted({**labels, "scenario": "many-alerts-in-one-group"}.items()))
    return " ".join(f"+{alert['labels']['alertname']}/{alert['labels']['instance']}"
                    for alert in sorted(alerts, key=key))


SCENARIOS = [
    Scenario("one alert", [(0, fire("a", annotations={"summary": "It burns"})), (2, resolve("a"))],
             {"hook": ["1 +a", "3 -a"]}),
    Scenario("what comes while the group waits is one message",
             [(0, fire("a")), (0.4, fire("b")), (2, fire("c")), (4, resolve("b"))],
             {"hook": ["1 +a +b", "3 +a +b +c", "5 +a -b +c"]}),
    Scenario("group by a label",
             [(0, fire("a/1", "a/2", "b/1")), (2, resolve("a/1"))],
             {"hook": ["1 +a/1 +a/2", "1 +b/1", "3 -a/1 +a/2"]}, BY_NAME),
    Scenario("group by everything",
             [(0, fire("a/1", "a/2")), (2, resolve("a/2"))],
             {"hook": ["1 +a/1", "1 +a/2", "3 -a/2"]}, {"group_by": ["..."]}),
    Scenario("group by a label that is missing",
             [(0, fire("a", "b")), (0, fire("c", labels={"team": "blue"})),
              (0, fire("d", labels={"team": ""}))],
             {"hook": ["1 +a +b +d", "1 +c"]}, {"group_by": ["team"]}),
    Scenario("group by several labels",
             [(0, fire("a/1", "b/1", labels={"team": "blue"})),
              (0, fire("a/2", labels={"team": "red"}))],
             {"hook": ["1 +a/1 +b/1", "1 +a/2"]}, {"group_by": ["team", "instance"]}),
    Scenario("a group waits for nobody", [(0, fire("a")), (1, fire("b"))],
             {"hook": ["0 +a", "2 +a +b"]}, {"group_wait": "0s"}),
    Scenario("an old alert does not wait", [(0, fire("a", starts=-60)), (1, fire("b"))],
             {"hook": ["0 +a", "2 +a +b"]}),
    Scenario("two groups keep their own time",
             [(0, fire("a")), (1, fire("b")), (3.5, fire("a/1", "b/1"))],
             {"hook": ["1 +a", "2 +b", "4 +b/1 +b", "5 +a/1 +a"]}, BY_NAME),
    Scenario("many alerts in one group", [(0, post(CROWD))], {"hook": [f"1 {in_order(CROWD)}"]}),
    Scenario("what alerts have in common",
             [(0, fire("a/1", labels={"team": "blue", "zone": "x"},
                       annotations={"runbook": "http://r.example", "summary": "one"})),
              (0, fire("a/2", labels={"team": "blue", "zone": "y"},
                       annotations={"runbook": "http://r.example", "summary": "two"}))],
             {"hook": ["1 +a/1 +a/2"]}, BY_NAME),
    Scenario("a label's value changes",
             [(0, fire("a", labels={"severity": "warning"})),
              (2, resolve("a", labels={"severity": "warning"})),
              (2, fire("a", labels={"severity": "critical"}))],
             {"hook": ["1 +a", "3 +a -a"]}, BY_NAME),
    Scenario("a changed label regroups",
             [(0, fire("a", labels={"severity": "warning"})),
              (2, resolve("a", labels={"severity": "warning"})),
              (2, fire("a", labels={"severity": "critical"}))],
             {"hook": ["1 +a", "3 -a", "3 +a"]}, {"group_by": ["severity"]}),
    Scenario("a group comes back", [(0, fire("a")), (2, resolve("a")), (6, fire("a"))],
             {"hook": ["1 +a", "3 -a", "7 +a"]}),
    Scenario("repeated", [(0, fire("a")), (4, fire("b"))],
             {"hook": ["1 +a", "5 +a +b", "9 +a +b"]}, {"repeat_interval": "3500ms"}, until=10),
    Scenario("an empty group_by is one group", [(0, fire("a", "b"))],
             {"hook": ["1 +a +b"]},
             {"group_by": ["alertname"], "routes": [{"group_by": []}]}, since="0.31"),
]
