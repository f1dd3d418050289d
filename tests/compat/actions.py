"""What a timetable can do: functions that make actions. An action is called with a Stage (see
player.py) and does its thing to one side."""
import json


def alert(word, labels=None, annotations=None, generator=None):
    """ "a/1" is the alert a of instance 1."""
    name, _, instance = word.partition("/")
    result = {"labels": {"alertname": name, **({"instance": instance} if instance else {}),
                         **(labels or {})},
              "annotations": annotations or {}}
    if generator:
        result["generatorURL"] = generator
    return result


def fire(*words, labels=None, annotations=None, generator=None, starts=None, ends=None):
    """Posts alerts; `starts` and `ends` are seconds of the timetable, left out as a default."""
    def act(stage):
        alerts = [alert(word, labels, annotations, generator) for word in words]
        for one in alerts:
            if starts is not None:
                one["startsAt"] = stage.time(starts)
            if ends is not None:
                one["endsAt"] = stage.time(ends)
        stage.post_alerts(alerts)
    return act


def resolve(*words, labels=None, annotations=None):
    """Posts alerts that end at the time of the step."""
    def act(stage):
        alerts = [{**alert(word, labels, annotations), "endsAt": stage.time(stage.step)}
                  for word in words]
        stage.post_alerts(alerts)
    return act


def post(alerts):
    """Posts alerts as they are written; the scenario's label is added."""
    return lambda stage: stage.post_alerts(json.loads(json.dumps(alerts)))


def matchers_of(text):
    """ 'a="x", b!~"y"' as the API wants it."""
    result = []
    for part in filter(None, text.split(", ")):
        operator = next(o for o in ("=~", "!~", "!=", "=") if o in part)
        name, _, value = part.partition(operator)
        result.append({"name": name, "value": value.strip('"'), "isRegex": "~" in operator,
                       "isEqual": not operator.startswith("!")})
    return result


def silence(key, matchers, starts=None, ends=600, comment="for a while"):
    """Makes the silence `key`, or changes it, where it is there already."""
    def act(stage):
        begin = stage.step if starts is None else starts
        body = {"matchers": [*matchers_of(matchers), *matchers_of(f'scenario="{stage.slug}"')],
                "startsAt": stage.time(begin), "endsAt": stage.time(ends),
                "createdBy": "compat", "comment": comment}
        stage.put_silence(key, body)
    return act


def unsilence(key):
    return lambda stage: stage.expire_silence(key)


def look(path):
    """Remembers the answer to a GET, which must be the same on both sides. {scenario} stands for a
    filter that lets only what is the scenario's through."""
    return lambda stage: stage.look(path)


def reload(version="", broken=None):
    """Loads the configuration as `later` says; `broken` is text that must be refused."""
    return lambda stage: stage.reload(version, broken)


def restart():
    return lambda stage: stage.restart(kill=False)


def kill():
    """As a power cut would, and starts it again."""
    return lambda stage: stage.restart(kill=True)
