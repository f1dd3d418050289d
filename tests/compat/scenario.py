"""What a scenario is made of: a piece of configuration, a timetable and what is to be heard.

Times are seconds after the scenario's beginning. Unless it says otherwise, a scenario's groups wait
1 s and are flushed every 2 s: what is posted at 0 is told at 1, and news at 3, 5, 7 …; so that load
on the machine changes nothing, things are done at even seconds.

A told message is written "3 +a +b/1 -c": at the third second (give or take one; "3~2" is two), the alerts a and b (instance 1) firing
and c resolved, in that order. Alerts are named by alertname and instance. Every name (receivers,
time intervals) is the scenario's own: many scenarios share one configuration.
"""
import dataclasses
import re


@dataclasses.dataclass(frozen=True)
class Setup:
    """What scenarios must agree in to share a pair of processes."""
    name: str = "shared"
    top: dict = dataclasses.field(default_factory=dict)  # top-level keys, besides the scenarios'
    flags: tuple = ()
    prefix: str = ""  # of every path, see --web.route-prefix
    # The minute turns at 10 s of the timetable, for time intervals that end.
    aligned: bool = False


SHARED = Setup()


@dataclasses.dataclass
class Scenario:
    name: str
    steps: list  # [(seconds, action), …]
    # receiver -> [line, …]; of several groups in the order of time, then of the text.
    told: dict
    route: dict = dataclasses.field(default_factory=dict)
    receivers: dict = dataclasses.field(default_factory=lambda: {"hook": {}})
    inhibit_rules: list = dataclasses.field(default_factory=list)
    # Name -> list of intervals, or a function that makes it of when the scenario begins.
    time_intervals: dict = dataclasses.field(default_factory=dict)
    # Receiver -> how requests are answered, in order; from then on with 200. An answer is a status
    # or a dict: status, headers, delay (seconds before it is given).
    answers: dict = dataclasses.field(default_factory=dict)
    setup: Setup = SHARED
    alone: bool = False  # has processes of its own: it reloads or restarts them
    later: dict = dataclasses.field(default_factory=dict)  # name -> fields of the scenario, for reload
    until: float = 0  # listens so long; 0: two ticks after the last line
    # Where Tocsin is meant to differ: why, and what the real one tells.
    better: str = ""
    told_by_alertmanager: dict = dataclasses.field(default_factory=dict)
    # The Alertmanager that brought it, where that is newer than Debian's: then Tocsin is alone.
    since: str = ""

    def __post_init__(self):
        if not self.until:
            lines = [line for lines in (*self.told.values(), *self.told_by_alertmanager.values())
                     for line in lines]
            self.until = max([float(line.split()[0].partition("~")[0]) for line in lines] +
                             [at for at, _ in self.steps], default=0) + 4.5

    @property
    def slug(self):
        return re.sub(r"[^a-z0-9]+", "-", self.name.lower()).strip("-")

    def version(self, name):
        """The scenario with the configuration it has after a reload."""
        return dataclasses.replace(self, **self.later[name]) if name else self


def matcher(name, value):
    return f'{name}="{value}"'


class Configuration:
    """The configuration file of several scenarios as one tree, for one side's recorder."""

    def __init__(self, setup, scenarios, url, begin):
        self.url, self.begin = url, begin
        self.tree = {"route": {"receiver": "nobody", "routes": []}, "receivers": [{"name": "nobody"}],
                     "inhibit_rules": [], "time_intervals": [], **setup.top}
        for scenario in scenarios:
            self.add(scenario)
        for key in ("inhibit_rules", "time_intervals"):
            if not self.tree[key]:
                del self.tree[key]

    def add(self, scenario):
        slug = scenario.slug
        route = {"receiver": next(iter(scenario.receivers)), "group_wait": "1s",
                 "group_interval": "2s", "repeat_interval": "1h", **scenario.route}
        route = self.named(route, slug)
        route["matchers"] = [matcher("scenario", slug), *route.get("matchers", [])]
        self.tree["route"]["routes"].append(route)
        for name, hooks in scenario.receivers.items():
            self.tree["receivers"].append(self.receiver(slug, name, hooks))
        for rule in scenario.inhibit_rules:
            self.tree["inhibit_rules"].append(self.inhibit_rule(rule, slug))
        for name, intervals in scenario.time_intervals.items():
            if callable(intervals):
                intervals = intervals(self.begin)
            self.tree["time_intervals"].append(
                {"name": f"{slug}/{name}", "time_intervals": intervals})

    def named(self, route, slug):
        route = dict(route)
        if "receiver" in route:
            route["receiver"] = f"{slug}/{route['receiver']}"
        for key in ("mute_time_intervals", "active_time_intervals"):
            if key in route:
                route[key] = [f"{slug}/{name}" for name in route[key]]
        if "routes" in route:
            route["routes"] = [self.named(child, slug) for child in route["routes"]]
        return route

    def receiver(self, slug, name, hooks):
        """`hooks` holds what the webhook has besides its URL, or a list of several; [] is a receiver
        without any. With `of`, it is the webhook of that receiver."""
        hooks = hooks if isinstance(hooks, list) else [hooks]
        configs = []
        for index, hook in enumerate(hooks):
            path = f"{slug}/{hook.get('of', name)}" + (f"/{index}" if index else "")
            hook = {key: value for key, value in hook.items() if key != "of"}
            configs.append({"url": f"{self.url}/{path}", **hook})
        return {"name": f"{slug}/{name}", **({"webhook_configs": configs} if configs else {})}

    @staticmethod
    def inhibit_rule(rule, slug):
        rule = dict(rule)
        for side in ("source", "target"):
            if f"{side}_match" in rule or f"{side}_match_re" in rule:
                key = f"{side}_match"
                rule[key] = {"scenario": slug, **rule.get(key, {})}
            else:
                key = f"{side}_matchers"
                rule[key] = [matcher("scenario", slug), *rule.get(key, [])]
        return rule
