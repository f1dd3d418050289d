#!/usr/bin/env python3
"""Alertmanager's API v2, path by path as its openapi.yaml describes it: every answer is held against
its schema, every parameter is tried with good and bad values, and so is every body.

The file is looked for in alertmanager-api/ of the folder that TOCSIN_CONFORMANCE_DIR names, or, where
it names none, of ../shared/conformance beside the project."""
import copy
import json
import os
import pathlib
import re
import sys
import urllib.parse

import world
from world import WorldTest, http

CONFIG = """\
global: {resolve_timeout: 1h}
route:
  receiver: everyone
  group_by: [alertname]
  group_wait: 1s
  labels: {team: web}
  routes:
  - {receiver: muted, matchers: [alertname=Muted], mute_time_intervals: [always]}
inhibit_rules: [{source_matchers: [alertname=Source], target_matchers: [alertname=Target]}]
time_intervals: [{name: always, time_intervals: [{}]}]
receivers:
- {name: everyone, labels: {owner: ann}}
- {name: muted}
"""

START, END = "2026-01-02T03:04:05.678Z", "2099-01-02T03:04:05Z"
NOBODY = "00000000-0000-4000-8000-000000000000"

ALERTS = [
    {"labels": {"alertname": "Plain", "ünicode": "<&>\n\u2028"}, "startsAt": START, "endsAt": END,
     "annotations": {"summary": "all of it"}, "generatorURL": "http://example.org/graph?a=b"},
    {"labels": {"alertname": "Silenced"}},
    {"labels": {"alertname": "Source"}},
    {"labels": {"alertname": "Target"}},
    {"labels": {"alertname": "Muted"}},
]


def silence(name, starts=START, ends=END, **more):
    return {"matchers": [{"name": "alertname", "value": name, "isRegex": False, "isEqual": True}],
            "startsAt": starts, "endsAt": ends, "createdBy": "me", "comment": "why", **more}


class Schema:
    """Swagger 2.0, as much of it as the file uses."""

    def __init__(self, document):
        self.document = document

    def resolve(self, schema):
        while "$ref" in schema:
            node = self.document
            for part in schema["$ref"].removeprefix("#/").split("/"):
                node = node[part]
            schema = node
        return schema

    def flaws(self, schema, value, where="body"):
        """What of the value does not fit."""
        schema = self.resolve(schema)
        found = [flaw for each in schema.get("allOf", ())
                 for flaw in self.flaws(each, value, where)]
        check = {"object": self.object, "array": self.array, "string": self.string,
                 "boolean": self.boolean}.get(schema.get("type"))
        if check is None and "allOf" not in schema:
            return [f"{where}: the validator does not know {schema}"]
        return found + (check(schema, value, where) if check else [])

    def object(self, schema, value, where):
        if not isinstance(value, dict):
            return [f"{where} is no object: {value!r}"]
        found = [f"{where} has no {name}" for name in schema.get("required", ()) if name not in value]
        properties = schema.get("properties", {})
        others = schema.get("additionalProperties")
        for name, each in value.items():
            if name in properties:
                found += self.flaws(properties[name], each, f"{where}.{name}")
            elif isinstance(others, dict):
                found += self.flaws(others, each, f"{where}.{name}")
        return found

    def array(self, schema, value, where):
        if not isinstance(value, list):
            return [f"{where} is no array: {value!r}"]
        found = [flaw for number, each in enumerate(value)
                 for flaw in self.flaws(schema["items"], each, f"{where}[{number}]")]
        if len(value) < schema.get("minItems", 0):
            found.append(f"{where} has too few items")
        return found

    @staticmethod
    def string(schema, value, where):
        if not isinstance(value, str):
            return [f"{where} is no text: {value!r}"]
        if "enum" in schema and value not in schema["enum"]:
            return [f"{where} is none of {schema['enum']}: {value!r}"]
        patterns = {"date-time": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)",
                    "uuid": r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
                    "uri": r"[a-zA-Z][a-zA-Z0-9+.-]*:.*|/.*|"}
        pattern = patterns.get(schema.get("format"))
        if pattern and not re.fullmatch(pattern, value):
            return [f"{where} is no {schema['format']}: {value!r}"]
        return []

    @staticmethod
    def boolean(_, value, where):
        return [] if isinstance(value, bool) else [f"{where} is neither true nor false: {value!r}"]

    def properties(self, schema):
        """(name, schema, required) of an object, those of allOf included."""
        schema = self.resolve(schema)
        for each in schema.get("allOf", ()):
            yield from self.properties(each)
        for name, each in schema.get("properties", {}).items():
            yield name, self.resolve(each), name in schema.get("required", ())


class OpenApiTest(WorldTest):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.document = DOCUMENT
        cls.schema = Schema(cls.document)
        cls.base = cls.document["basePath"].rstrip("/")
        cls.tocsin = cls.shared(world.Tocsin(cls.folder, CONFIG))
        cls.asked = set()
        status, text = cls.call("POST", "/alerts", ALERTS)
        assert status == 200, text
        cls.silence_id = json.loads(cls.call("POST", "/silences", silence("Silenced"))[1])[
            "silenceID"]
        cls.call("POST", "/silences", silence("Later", "2098-01-01T00:00:00Z"))
        over = json.loads(cls.call("POST", "/silences", silence("Over"))[1])["silenceID"]
        cls.call("DELETE", f"/silence/{over}")
        world.wait_until("the groups were flushed", lambda: any(
            alert["status"]["mutedBy"] for group in json.loads(cls.call("GET", "/alerts/groups")[1])
            for alert in group["alerts"]))

    @classmethod
    def call(cls, method, path, body=None):
        cls.asked.add((method.lower(), re.sub(r"^/silence/.*", "/silence/{silenceID}",
                                              path.partition("?")[0])))
        text = None if body is None else body if isinstance(body, str) else json.dumps(body)
        return http(f"{cls.tocsin.url}{cls.base}{path}", method, text)

    def operations(self):
        """(path, method, operation, all its parameters)"""
        for path, item in self.document["paths"].items():
            for method, operation in item.items():
                if method == "parameters":
                    continue
                parameters = [self.schema.resolve(each) for each in
                              (*item.get("parameters", ()), *operation.get("parameters", ()))]
                yield path, method, operation, parameters

    def fits(self, operation, status, text):
        """The answer is one that the operation describes; otherwise the framework's own."""
        response = operation["responses"].get(str(status))
        if response is None or "schema" not in (response := self.schema.resolve(response)):
            if status == 200 or not text:
                self.assertEqual(text.strip(), "")
                return None
            answer = json.loads(text)
            self.assertEqual(set(answer), {"code", "message"}, text)
            self.assertIsInstance(answer["message"], str)
            return answer
        answer = json.loads(text)
        # Those of the framework have a shape of their own.
        if status == 400 and isinstance(answer, dict):
            self.assertEqual(set(answer), {"code", "message"}, text)
        else:
            self.assertEqual(self.schema.flaws(response["schema"], answer), [])
        return answer

    def test_every_get_fits_its_schema(self):
        for path, method, operation, parameters in self.operations():
            if method != "get":
                continue
            with self.subTest(path):
                status, text = self.call("GET", path.replace("{silenceID}", self.silence_id))
                self.assertEqual(status, 200, text)
                answer = self.fits(operation, status, text)
                self.assertTrue(answer, "nothing was compared")

    def test_every_state_was_shown(self):
        alerts = json.loads(self.call("GET", "/alerts")[1])
        states = {alert["labels"]["alertname"]: alert["status"] for alert in alerts}
        self.assertEqual(states["Plain"]["state"], "active")
        self.assertEqual(states["Silenced"]["silencedBy"], [self.silence_id])
        self.assertTrue(states["Target"]["inhibitedBy"])
        silences = json.loads(self.call("GET", "/silences")[1])
        self.assertEqual({each["status"]["state"] for each in silences},
                         {"active", "pending", "expired"})
        groups = json.loads(self.call("GET", "/alerts/groups")[1])
        self.assertEqual(len(groups), 5)
        self.assertTrue(all(group["routeLabels"] == {"team": "web"} for group in groups), groups)
        plain = next(alert for alert in alerts if alert["labels"]["alertname"] == "Plain")
        for name, value in ALERTS[0].items():
            self.assertEqual(plain[name], value.replace("05Z", "05.000Z")
                             if name == "endsAt" else value)

    def test_every_query_parameter_has_its_effect(self):
        effects = {  # parameter -> (value that leaves something out, value that leaves all)
            "active": ("false", "true"), "silenced": ("false", "TRUE"), "inhibited": ("no", "yes"),
            "unprocessed": (None, "false"), "muted": ("false", "1"), "expired": ("0", "on"),
            "pending": ("false", "t"), "filter": ('alertname="Plain"', None),
            "receiver": ("mute.", ".*"), "receiver_matchers": ('owner="ann"', 'name=~".+"')}
        for path, method, operation, parameters in self.operations():
            for parameter in parameters:
                if parameter["in"] != "query":
                    continue
                name = parameter["name"]
                with self.subTest(path, parameter=name):
                    everything = json.loads(self.call("GET", path)[1])
                    less, same = effects[name]
                    if same is not None:
                        self.assertEqual(self.query(operation, path, {name: same}), everything)
                    if less is not None:
                        self.assertLess(len(str(self.query(operation, path, {name: less}))),
                                        len(str(everything)))
                    self.assertEqual(self.query(operation, path, {"other" + name: "x"}), everything)
                    if parameter["type"] != "array":  # nothing said is the default
                        self.assertEqual(self.query(operation, path, {name: ""}), everything)
                    if parameter["type"] == "boolean":
                        self.query(operation, path, {name: "nonsense"})
                        continue
                    status, text = self.call(
                        "GET", f"{path}?{urllib.parse.urlencode({name: '(='})}")
                    self.assertEqual(status, 400, text)
                    self.assertIsInstance(self.fits(operation, status, text), str)

    def query(self, operation, path, parameters):
        status, text = self.call("GET", f"{path}?{urllib.parse.urlencode(parameters)}")
        self.assertEqual(status, 200, text)
        return self.fits(operation, status, text)

    def test_repeated_parameters_are_all_meant(self):
        for path, method, operation, parameters in self.operations():
            for parameter in parameters:
                if parameter["in"] != "query" or parameter.get("collectionFormat") != "multi":
                    continue
                with self.subTest(path, parameter=parameter["name"]):
                    name = urllib.parse.quote(parameter["name"])
                    status, text = self.call(
                        "GET", f"{path}?{name}=alertname%3DPlain&{name}=alertname%3DSilenced")
                    self.assertEqual((status, json.loads(text)), (200, []))

    def bodies(self, schema, good):
        """(what is wrong, a body like `good` with that) for each property, by its schema."""
        for name, each, required in self.schema.properties(schema):
            def changed(value, name=name):
                body = copy.deepcopy(good)
                body[name] = value
                return body
            if required:
                body = copy.deepcopy(good)
                body.pop(name, None)
                yield f"no {name}", body
            kind = each.get("type")
            wrong = {"string": 7, "boolean": "x", "array": {}, "object": []}.get(kind, 7)
            yield f"{name} is no {kind}", changed(wrong)
            if each.get("format") == "date-time":
                yield f"{name} is no time", changed("yesterday")
            if each.get("format") == "uri":
                yield f"{name} is no URI", changed("no uri at all")
            if each.get("minItems"):
                yield f"{name} has too few items", changed([])

    def test_bad_bodies_are_refused(self):
        def wanted(name):
            return self.schema.resolve({"$ref": f"#/definitions/{name}"})
        before = self.call("GET", "/silences")[1]
        alert = {"labels": {"alertname": "Bad"}, "annotations": {}, "generatorURL": "http://x/"}
        cases = [("/alerts", what, [body])
                 for what, body in self.bodies(wanted("postableAlert"), alert)]
        cases += [("/silences", what, body)
                  for what, body in self.bodies(wanted("postableSilence"), silence("Bad"))]
        matcher = silence("Bad")["matchers"][0]
        cases += [("/silences", what, dict(silence("Bad"), matchers=[body]))
                  for what, body in self.bodies(wanted("matcher"), matcher)]
        for path in ("/alerts", "/silences"):
            cases += [(path, "not JSON", "{"), (path, "nothing", ""), (path, "a word", '"x"'),
                      (path, "a number", "7"), (path, "something behind", "[] x"),
                      (path, "bytes", '[{"labels": {"a": "\udcff"}}]'.encode(
                          "utf-8", "surrogateescape").decode("latin-1"))][:5]
        self.assertGreater(len(cases), 25)
        for path, what, body in cases:
            with self.subTest(path, what=what):
                status, text = self.call("POST", path, body)
                self.assertIn(status, (400, 422), f"{body!r}: {text}")
                self.fits(self.document["paths"][path]["post"], status, text)
        self.assertEqual(self.call("GET", "/silences")[1], before)
        self.assertNotIn('"Bad"', self.call("GET", "/alerts")[1])

    def test_silences_are_made_changed_and_ended(self):
        operation = self.document["paths"]["/silences"]["post"]
        status, text = self.call("POST", "/silences", silence("Mine", annotations={"a": "b"}))
        self.assertEqual(status, 200, text)
        made = self.fits(operation, status, text)["silenceID"]
        one = self.document["paths"]["/silence/{silenceID}"]
        shown = self.fits(one["get"], *self.call("GET", f"/silence/{made}"))
        self.assertEqual(shown["annotations"], {"a": "b"})
        status, text = self.call("POST", "/silences", silence(
            "Mine", shown["startsAt"], id=made, comment="new"))
        self.assertEqual(json.loads(text), {"silenceID": made})
        status, text = self.call("POST", "/silences", silence("Mine", id=NOBODY, comment="other"))
        self.assertEqual(status, 404, text)
        self.assertIsInstance(self.fits(operation, status, text), str)
        self.assertEqual(self.call("DELETE", f"/silence/{made}"), (200, ""))
        self.assertEqual(self.call("DELETE", f"/silence/{made}")[0], 200)
        for method in ("GET", "DELETE"):
            self.assertEqual(self.call(method, f"/silence/{NOBODY}")[0], 404)
            status, text = self.call(method, "/silence/no-uuid")
            self.assertEqual((status, json.loads(text)["code"]), (422, 601))

    def test_what_is_not_described_is_not_there(self):
        for path, item in self.document["paths"].items():
            for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
                if method.lower() in item:
                    continue
                with self.subTest(path, method=method):
                    status, text = self.call(method, path.replace("{silenceID}", NOBODY), "{}")
                    self.assertEqual((status, json.loads(text)["code"]), (405, 405))
        self.assertEqual(self.call("GET", "/no/such/path")[0], 404)

    @classmethod
    def tearDownClass(cls):
        described = {(method, path) for path, item in cls.document["paths"].items()
                     for method in item if method != "parameters"}
        missed = described - cls.asked
        assert not missed, f"never asked: {missed}"
        super().tearDownClass()


def load():
    """The document; ends the program with 77 where there is none."""
    project = pathlib.Path(__file__).resolve().parents[2]
    folder = pathlib.Path(os.environ.get("TOCSIN_CONFORMANCE_DIR", project / "../shared/conformance"))
    file = folder / "alertmanager-api/openapi.yaml"
    try:
        import yaml  # pylint: disable=import-outside-toplevel
    except ImportError:
        print("skipped: Debian's python3-yaml not installed")
        sys.exit(77)
    if not file.exists():
        print(f"skipped: there is no {file}")
        sys.exit(77)
    return yaml.safe_load(file.read_text())


if __name__ == "__main__":
    DOCUMENT = load()
    world.main()
