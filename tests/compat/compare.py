"""What was heard on each side against what the scenario says, and the sides against each other.

What is normalised, and nothing else:
  - times become seconds of the timetable, and count as equal within half a second: "now" is not the
    same moment on both sides;
  - the keys that Alertmanager has since after Debian's 0.25 (NEWER, and the annotations of
    silences) are left out on both sides;
    notification_reason, where it is there, must be the one that follows from the messages;
  - attempts that were refused are one "refused": how often something is tried again depends on
    chance.
"""
import datetime
import re

TICK = 0.95  # how far from its second a message may come
SAME = 0.5
NEWER = {"notification_reason", "routeLabels", "mutedBy"}
REASONS = {"first notification", "new alerts added", "some alerts resolved", "all alerts resolved",
           "repeat interval elapsed"}
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


class Moment:
    """A time in a payload, in seconds of the timetable."""

    def __init__(self, text, begin):
        seconds, _, fraction = text.rstrip("Z").partition(".")
        at = datetime.datetime.fromisoformat(seconds + "+00:00")
        self.zero = at.year == 1
        self.seconds = 0 if self.zero else at.timestamp() + float(f"0.{fraction or 0}") - begin

    def __eq__(self, other):
        return isinstance(other, Moment) and self.zero == other.zero and \
            abs(self.seconds - other.seconds) <= SAME

    def __repr__(self):
        return "never" if self.zero else f"<second {self.seconds:.2f}>"


def normalised(value, begin):
    if isinstance(value, dict):
        newer = NEWER | ({"annotations"} if "createdBy" in value else set())  # of silences
        return {key: normalised(part, begin) for key, part in value.items() if key not in newer}
    if isinstance(value, list):
        return [normalised(part, begin) for part in value]
    if isinstance(value, str) and TIME.fullmatch(value):
        return Moment(value, begin)
    return value


def differences(left, right, path="payload"):
    """What differs, as lines."""
    if isinstance(left, dict) and isinstance(right, dict):
        lines = [f"{path}.{key}: only on one side" for key in sorted(left.keys() ^ right.keys())]
        for key in sorted(left.keys() & right.keys()):
            lines += differences(left[key], right[key], f"{path}.{key}")
        return lines
    if isinstance(left, list) and isinstance(right, list) and len(left) == len(right):
        return [line for index, pair in enumerate(zip(left, right))
                for line in differences(*pair, f"{path}[{index}]")]
    return [] if left == right else [f"{path}: {left!r} and {right!r}"]


def word(alert):
    labels = alert["labels"]
    name = labels.get("alertname", "?") + (f"/{labels['instance']}" if "instance" in labels else "")
    return ("+" if alert["status"] == "firing" else "-") + name


def spoken(message):
    """ "+a -b", or what became of it."""
    words = " ".join(word(alert) for alert in message.payload["alerts"])
    return words if message.status == 200 else f"refused {words}"


def collapsed(messages):
    """Without refusals that repeat the one before."""
    kept = []
    for message in messages:
        if message.status != 200 and kept and spoken(kept[-1]) == spoken(message):
            continue
        kept.append(message)
    return kept


def by_group(messages):
    groups = {}
    for message in messages:
        groups.setdefault(message.payload["groupKey"], []).append(message)
    return groups


def until(heard, end):
    """Only what came before a moment: some groups go on and on."""
    return {receiver: [message for message in messages if message.at - heard.begin <= end]
            for receiver, messages in heard.messages.items()}


def heard_lines(messages, begin):
    """[(seconds, words), …], refusals collapsed for each group."""
    kept = [message for group in by_group(messages).values() for message in collapsed(group)]
    return sorted((message.at - begin, spoken(message)) for message in kept)


def as_told(expected, heard):
    """Pairs each expected line with a message; what is left over is wrong."""
    left, missing = list(heard), []
    for line in expected:
        when, _, words = line.partition(" ")
        at, _, tolerance = when.partition("~")
        found = next((one for one in left if one[1] == words and
                      abs(one[0] - float(at)) <= float(tolerance or TICK)), None)
        if found:
            left.remove(found)
        else:
            missing.append(line)
    return missing, left


def against_table(scenario, side, told, heard):
    complaints = [f"{side}: {complaint}" for complaint in heard.complaints]
    for receiver in sorted({*told, *heard.messages}):
        lines = heard_lines(heard.messages.get(receiver, []), heard.begin)
        missing, left = as_told(told.get(receiver, []), lines)
        if missing or left:
            complaints.append(
                f"{side}: {receiver} was to hear {told.get(receiver, [])} and heard "
                f"{[f'{at:.2f} {words}' for at, words in lines]}")
    return complaints + [f"{side}: {line}" for line in wrong_reasons(heard)]


def wrong_reasons(heard):
    """notification_reason must be one of five, and be the first one's with the first message."""
    lines = []
    for receiver, messages in heard.messages.items():
        for group, said in by_group(messages).items():
            for index, message in enumerate(said):
                reason = message.payload.get("notification_reason")
                if reason is None:
                    continue
                if reason not in REASONS or (index == 0 and reason != "first notification"):
                    lines.append(f"{receiver} {group}: reason {reason!r} of message {index}")
    return lines


def against_each_other(names, heards):
    left, right = heards
    complaints = []
    for receiver in sorted({*left.messages, *right.messages}):
        groups = [by_group(heard.messages.get(receiver, [])) for heard in heards]
        for key in sorted({*groups[0], *groups[1]}):
            rows = [collapsed(side.get(key, [])) for side in groups]
            if len(rows[0]) != len(rows[1]):
                complaints.append(f"{receiver} {key}: {len(rows[0])} and {len(rows[1])} messages")
                continue
            for index, (one, other) in enumerate(zip(*rows)):
                complaints += [
                    f"{receiver} {key} message {index} ({spoken(one)}): {line}"
                    for line in differences(normalised(one.payload, left.begin),
                                            normalised(other.payload, right.begin))]
    looks = [normalised([list(look) for look in heard.looks], heard.begin) for heard in heards]
    complaints += differences(*looks, "answers")
    return [f"{' and '.join(names)} differ: {complaint}" for complaint in complaints]


def judge(scenario, sides, heards):
    """What is wrong, as lines. `sides` is {side: kind}, `heards` {side: Heard}."""
    complaints = []
    for side, heard in heards.items():
        heard.messages = until(heard, scenario.until)
        told = scenario.told
        if scenario.better and sides[side] == "alertmanager":
            told = scenario.told_by_alertmanager
        complaints += against_table(scenario, side, told, heard)
    kinds = {sides[side] for side in heards}
    if len(heards) == 2 and not (scenario.better and len(kinds) == 2):
        complaints += against_each_other(list(heards), list(heards.values()))
    return complaints
