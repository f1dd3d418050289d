#!/usr/bin/env python3
"""The manifests in k8s/: complete, consistent, safe. What needs kubectl is skipped without it."""
import copy
import json
import pathlib
import re
import shutil
import subprocess
import unittest

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[1]
BASE = ROOT / "k8s/base"
OVERLAYS = sorted(path.parent for path in (ROOT / "k8s/overlays").glob("*/kustomization.yaml"))


def load(file):
    return list(yaml.safe_load_all(file.read_text()))


def kustomization(folder):
    for name in ("kustomization.yaml", "Kustomization"):
        if (folder / name).exists():
            return load(folder / name)[0]
    raise FileNotFoundError(f"no kustomization in {folder}")


def secret_keys(file):
    return {line.split("=", 1)[0]: "" for line in file.read_text().splitlines()
            if line and not line.startswith("#")}


def documents(folder):
    """What a kustomization without overlays yields, but for the hashes in the names."""
    plan, found = kustomization(folder), []
    for resource in plan.get("resources", []):
        path = (folder / resource).resolve()
        found += documents(path) if path.is_dir() else load(path)
    for generator in plan.get("configMapGenerator", []):
        data = {pathlib.Path(file).name: (folder / file).read_text()
                for file in generator["files"]}
        found.append({"kind": "ConfigMap", "metadata": {"name": generator["name"]}, "data": data})
    for generator in plan.get("secretGenerator", []):
        data = secret_keys(folder / generator["envs"][0])
        found.append({"kind": "Secret", "metadata": {"name": generator["name"]}, "data": data})
    return found


def only(docs, kind, name=None):
    found = [doc for doc in docs if doc["kind"] == kind
             and (name is None or doc["metadata"]["name"].startswith(name))]
    assert len(found) == 1, f"{len(found)} of {kind} {name or ''}"
    return found[0]


def pod_of(docs):
    return only(docs, "StatefulSet")["spec"]["template"]["spec"]


# Each check yields what is wrong.

def check_required(docs):
    for doc in docs:
        if not doc.get("metadata", {}).get("name"):
            yield f"a {doc.get('kind')} without a name"
    stateful = only(docs, "StatefulSet")
    if stateful.get("apiVersion") != "apps/v1":
        yield "the StatefulSet is not apps/v1"
    if stateful["spec"].get("replicas") != 1:
        yield "there must be exactly one replica: it owns its journal"
    for container in pod_of(docs)["containers"]:
        for key in ("name", "image", "resources", "startupProbe", "livenessProbe",
                    "readinessProbe"):
            if not container.get(key):
                yield f"the container has no {key}"


def check_names_match(docs):
    stateful, service = only(docs, "StatefulSet"), only(docs, "Service")
    labels = stateful["spec"]["template"]["metadata"]["labels"]
    if stateful["spec"]["serviceName"] != service["metadata"]["name"]:
        yield "the StatefulSet names another Service"
    for what, selector in (("StatefulSet", stateful["spec"]["selector"]["matchLabels"]),
                           ("Service", service["spec"]["selector"])):
        if not selector or not selector.items() <= labels.items():
            yield f"the {what} does not select the pods"


def check_references(docs):
    pod = pod_of(docs)
    templates = only(docs, "StatefulSet")["spec"].get("volumeClaimTemplates", [])
    volumes = {volume["name"] for volume in pod["volumes"]}
    volumes |= {template["metadata"]["name"] for template in templates}
    named = {(doc["kind"], doc["metadata"]["name"]) for doc in docs}
    for volume in pod["volumes"]:
        for kind, name in (("ConfigMap", volume.get("configMap", {}).get("name")),
                           ("Secret", volume.get("secret", {}).get("secretName"))):
            if name and (kind, name) not in named:
                yield f"{kind} {name} does not exist"
    mounted = {mount["name"] for container in pod["containers"]
               for mount in container["volumeMounts"]}
    if mounted != volumes:
        yield f"volumes {sorted(volumes)}, but mounted are {sorted(mounted)}"


def check_paths(docs):
    """Every path that the arguments and the configuration name is mounted and filled."""
    container = pod_of(docs)["containers"][0]
    paths = {mount["name"]: mount["mountPath"] for mount in container["volumeMounts"]}
    arguments = dict(word.split("=", 1) for word in container["args"] if "=" in word)
    config = only(docs, "ConfigMap", "tocsin-config")["data"]
    file = f"{paths['config']}/config.yaml"
    if arguments["--config.file"] != file or "config.yaml" not in config:
        yield "--config.file is not the mounted config.yaml"
    if arguments["--storage.path"] != paths["journal"]:
        yield "--storage.path is not the journal's volume"
    text = config["config.yaml"]
    if f"{paths['rules']}/*.yaml" not in text:
        yield "rule_files does not name the mounted rules"
    keys = only(docs, "Secret")["data"]
    for name in re.findall(r"_file: (\S+)", text):
        folder, _, key = name.rpartition("/")
        if folder != paths["secrets"] or key not in keys:
            yield f"{name} is no key of the Secret"
    variables = {variable["name"] for variable in container.get("env", [])}
    for name in re.findall(r"\$\{(\w+)\}", text):
        if name not in variables:
            yield f"${{{name}}} is not set"


def check_confined(docs):
    pod = pod_of(docs)
    wanted = {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}}
    if not wanted.items() <= pod.get("securityContext", {}).items() or \
            not pod["securityContext"].get("runAsUser"):
        yield "the pod may run as root or without seccomp"
    if pod.get("automountServiceAccountToken") is not False:
        yield "the pod gets a token for the cluster's API"
    for container in pod["containers"]:
        wanted = {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True,
                  "capabilities": {"drop": ["ALL"]}}
        if not wanted.items() <= container.get("securityContext", {}).items():
            yield "the container may do more than it needs"


def check_reachability(docs):
    """It listens on loopback: probes from outside and ports of the Service would be a lie."""
    container = pod_of(docs)["containers"][0]
    if "--web.listen-address=127.0.0.1:9093" not in container["args"]:
        yield "it does not listen on loopback"
    for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
        if "exec" not in container.get(probe, {"exec": {}}):
            yield f"the {probe} comes from outside the pod"
    service = only(docs, "Service")["spec"]
    if service.get("clusterIP") != "None" or service.get("ports"):
        yield "the Service offers what cannot be reached"


CHECKS = (check_required, check_names_match, check_references, check_paths, check_confined,
          check_reachability)


def problems(docs):
    return [problem for check in CHECKS for problem in check(docs)]


class Manifests(unittest.TestCase):
    def test_the_base_is_complete_consistent_and_safe(self):
        self.assertEqual(problems(documents(BASE)), [])

    def test_all_shipped_rule_files_are_in_the_config_map(self):
        listed = kustomization(ROOT / "rules")["configMapGenerator"][0]["files"]
        there = [file.name for file in (ROOT / "rules").glob("*.yaml")]
        self.assertEqual(sorted(listed), sorted(there))

    def test_all_is_in_the_namespace_monitoring(self):
        self.assertEqual(kustomization(BASE)["namespace"], "monitoring")

    def test_the_example_holds_no_real_secret(self):
        for line in (BASE / "secrets.example.env").read_text().splitlines():
            if "=" in line:
                self.assertIn("REPLACE", line)

    def test_overlays_change_what_is_there(self):
        for folder in OVERLAYS:
            for patch in kustomization(folder).get("patches", []):
                for doc in load(folder / patch["path"]):
                    target = only(documents(BASE), doc["kind"], doc["metadata"]["name"])
                    patched = doc["spec"]["template"]["spec"]["containers"][0]
                    original = target["spec"]["template"]["spec"]["containers"][0]
                    self.assertEqual(patched["name"], original["name"])
                    names = {variable["name"] for variable in original["env"]}
                    self.assertLessEqual({variable["name"] for variable in patched["env"]}, names)


class PlantedMistakes(unittest.TestCase):
    """The checks see what they should."""

    def planted(self, change):
        docs = copy.deepcopy(documents(BASE))
        change(docs)
        return " | ".join(problems(docs))

    def test_each_is_found(self):
        def container(docs):
            return pod_of(docs)["containers"][0]

        def stateful(docs):
            return only(docs, "StatefulSet")["spec"]

        for words, change in (
                ("exactly one replica", lambda d: stateful(d).update(replicas=2)),
                ("no readinessProbe", lambda d: container(d).pop("readinessProbe")),
                ("from outside the pod",
                 lambda d: container(d).update(livenessProbe={"httpGet": {}})),
                ("names another Service", lambda d: stateful(d).update(serviceName="other")),
                ("does not select",
                 lambda d: only(d, "Service")["spec"].update(selector={"a": "b"})),
                ("Secret tocsin-secrets does not exist",
                 lambda d: only(d, "Secret")["metadata"].update(name="tocsin-other")),
                ("but mounted are", lambda d: container(d)["volumeMounts"].pop()),
                ("is no key of the Secret", lambda d: only(d, "Secret")["data"].pop("slack-url")),
                ("${PROMETHEUS_URL} is not set", lambda d: container(d).pop("env")),
                ("may run as root", lambda d: pod_of(d)["securityContext"].pop("runAsNonRoot")),
                ("more than it needs", lambda d: container(d).pop("securityContext")),
                ("a token", lambda d: pod_of(d).pop("automountServiceAccountToken")),
                ("cannot be reached",
                 lambda d: only(d, "Service")["spec"].update(ports=[{"port": 9093}])),
                ("not the mounted config.yaml",
                 lambda d: container(d)["args"].__setitem__(1, "--config.file=/other.yaml"))):
            with self.subTest(words):
                self.assertIn(words, self.planted(change))


def kubectl(*words, text=None):
    done = subprocess.run(["kubectl", *words], input=text, capture_output=True, text=True,
                          timeout=60, check=False)
    if done.returncode != 0:
        raise AssertionError(f"kubectl {' '.join(words)}: {done.stderr}")
    return done.stdout


def keys_of(value, path=""):
    """The path of every key in a document."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield f"{path}.{key}"
            yield from keys_of(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from keys_of(inner, f"{path}[{index}]")


@unittest.skipUnless(shutil.which("kubectl"), "kubectl is not installed")
class Rendered(unittest.TestCase):
    def test_base_and_overlays_render_and_stand_the_same_checks(self):
        for folder in [BASE, *OVERLAYS]:
            with self.subTest(folder.name):
                docs = list(yaml.safe_load_all(kubectl("kustomize", str(folder))))
                self.assertEqual(problems(docs), [])
                for doc in docs:
                    self.assertEqual(doc["metadata"].get("namespace"), "monitoring", doc["kind"])

    def test_kubernetes_knows_every_field_of_the_pod(self):
        # kubectl drops unknown fields and refuses wrong types when it reads a manifest of its own.
        original = load(BASE / "statefulset.yaml")[0]
        read = json.loads(kubectl("set", "image", "--local", "-o", "json", "-f", "-",
                                  "tocsin=other", text=yaml.safe_dump(original)))
        self.assertEqual(set(keys_of(original)) - set(keys_of(read)), set())


if __name__ == "__main__":
    unittest.main()
