"""Muted by the clock: time intervals around now, in UTC and elsewhere."""
import datetime
import zoneinfo

from actions import fire, resolve
from scenario import Scenario, Setup

NOW = datetime.datetime.now(datetime.timezone.utc)
WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
# A day that is neither today nor tomorrow, when midnight comes while this runs.
OTHER_DAY = NOW + datetime.timedelta(days=3)


def minutes(at, hours_on):
    """Times of day from a quarter of an hour before `at` on, in two parts around midnight."""
    begin = at - datetime.timedelta(minutes=15)
    end = at + datetime.timedelta(hours=hours_on)
    if begin.date() == end.date():
        return [{"start_time": f"{begin:%H:%M}", "end_time": f"{end:%H:%M}"}]
    return [{"start_time": f"{begin:%H:%M}", "end_time": "24:00"},
            *([{"start_time": "00:00", "end_time": f"{end:%H:%M}"}] if f"{end:%H:%M}" != "00:00" else [])]


def both_days(value):
    """Of today and, should midnight be near, of tomorrow."""
    tomorrow = NOW + datetime.timedelta(hours=1)
    return sorted({value(NOW), value(tomorrow)})


IN_AUCKLAND = NOW.astimezone(zoneinfo.ZoneInfo("Pacific/Auckland"))
NOW_FIELDS = {"weekdays": both_days(lambda at: WEEKDAYS[at.weekday()]),
              "days_of_month": [str(day) for day in both_days(lambda at: at.day)],
              "months": [str(month) for month in both_days(lambda at: at.month)],
              "years": [str(year) for year in both_days(lambda at: at.year)]}
LATER = minutes(NOW + datetime.timedelta(hours=4), 1)
MUTES = {"group_by": ["alertname"], "mute_time_intervals": ["it"]}
ACTIVE = {"group_by": ["alertname"], "active_time_intervals": ["it"]}


def until_the_minute_turns(begin):
    """Of an aligned setup: until second 10."""
    at = datetime.datetime.fromtimestamp(begin + 10, datetime.timezone.utc)
    start = at - datetime.timedelta(minutes=2)
    if start.date() != at.date():
        return [{"times": [{"start_time": f"{start:%H:%M}", "end_time": "24:00"}]},
                *([{"times": [{"start_time": "00:00", "end_time": f"{at:%H:%M}"}]}]
                  if at.minute else [])]
    return [{"times": [{"start_time": f"{start:%H:%M}", "end_time": f"{at:%H:%M}"}]}]


def muted(name, intervals, told, **more):
    return Scenario(name, [(0, fire("a")), (2, resolve("a"))], {"hook": ["1 +a", "3 -a"] if told else []},
                    more.pop("route", {}), time_intervals={"it": intervals}, until=5.5, **more)


SCENARIOS = [
    muted("muted now", [{"times": minutes(NOW, 1)}], False, route=MUTES),
    muted("muted at another hour", [{"times": LATER}], True, route=MUTES),
    muted("active now", [{"times": minutes(NOW, 1)}], True, route=ACTIVE),
    muted("active at another hour", [{"times": LATER}], False, route=ACTIVE),
    muted("muted by every field", [{"times": minutes(NOW, 1), **NOW_FIELDS}], False, route=MUTES),
    muted("all fields have to hold",
          [{**NOW_FIELDS, "weekdays": [WEEKDAYS[OTHER_DAY.weekday()]]}], True, route=MUTES),
    muted("one of several intervals is enough",
          [{"times": LATER}, {"weekdays": ["monday:friday", "sunday", "Saturday"]}], False, route=MUTES),
    muted("an interval without fields is always", [{}], False, route=MUTES),
    muted("another month", [{"months": [f"{(NOW.month + 5) % 12 + 1}"]}], True, route=MUTES),
    muted("days from the end of the month", [{"days_of_month": ["-31:-1"]}], False, route=MUTES),
    muted("a year that is over", [{"years": [f"2000:{NOW.year - 1}"]}], True, route=MUTES),
    muted("muted now in Auckland",
          [{"times": minutes(IN_AUCKLAND, 1), "location": "Pacific/Auckland"}], False, route=MUTES),
    muted("not now in Auckland", [{"times": minutes(NOW, 1),
                                   "location": "Pacific/Auckland"}], True, route=MUTES),
    Scenario("mute and active together", [(0, fire("a"))], {}, {**MUTES, **ACTIVE}, 
             time_intervals={"it": [{"times": minutes(NOW, 1)}]}, until=4),
    Scenario("any active interval is enough", [(0, fire("a"))], {"hook": ["1 +a"]},
             {"active_time_intervals": ["later", "now"]},
             time_intervals={"later": [{"times": LATER}], "now": [{"times": minutes(NOW, 1)}]}),
    Scenario("children do not inherit a mute", [(0, fire("a", labels={"team": "blue"})), (0, fire("b"))],
             {"hook": ["1 +a"]},
             {**MUTES, "routes": [{"matchers": ['team="blue"']}]},
             time_intervals={"it": [{}]}),
    Scenario("one route is muted, the next one is not", [(0, fire("a"))], {"second": ["1 +a"]},
             {"receiver": "first", "routes": [
                 {"receiver": "first", "continue": True, "mute_time_intervals": ["it"]},
                 {"receiver": "second", "matchers": ['alertname="a"']}]},
             {"first": {}, "second": {}}, time_intervals={"it": [{}]}),
    Scenario("mute_time_intervals at the top",
             [(0, fire("a"))], {},
             # The name is not the scenario's own, as the interval is not.
             {"routes": [{"matchers": ['alertname="a"'], "mute_time_intervals": ["../always"]}]},
             setup=Setup("old intervals", {"mute_time_intervals": [
                 {"name": "mute-time-intervals-at-the-top/../always", "time_intervals": [{}]}]}), until=4),
    Scenario("told when the mute ends", [(0, fire("a")), (4, fire("b"))], {"hook": ["11 +a +b"]},
             {"mute_time_intervals": ["it"]},
             time_intervals={"it": until_the_minute_turns}, setup=Setup("aligned", aligned=True)),
]
