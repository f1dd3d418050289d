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
ALONE = ROOT / "k8s/overlays/alone"
# What discovery lists for each role (src/scrape/kubernetes_discovery.cpp): API group and resource.
LISTED = {
    "node": {("", "nodes")},
    "pod": {("", "pods")},
    "service": {("", "services")},
    "endpoints": {("", "endpoints"), ("", "services"), ("", "pods")},
    "endpointslice": {("discovery.k8s.io", "endpointslices"), ("", "services"), ("", "pods")},
}
MEGABYTES = {"MB": 1, "GB": 1024, "Mi": 1, "Gi": 1024}


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


def merged(old, new):
    """A strategic merge, as far as the overlays need it: lists of things with names, by name."""
    if isinstance(old, dict) and isinstance(new, dict):
        return {**old, **{key: merged(old.get(key), value) for key, value in new.items()}}
    if isinstance(old, list) and isinstance(new, list) and \
            all(isinstance(item, dict) and "name" in item for item in old + new):
        changed = {item["name"]: item for item in new}
        gone = {name for name, item in changed.items() if item.get("$patch") == "delete"}
        kept = [merged(item, changed.pop(item["name"], {})) for item in old
                if item["name"] not in gone]
        return kept + [item for name, item in changed.items() if name not in gone]
    return new


def generated(folder, plan):
    """What the generators make, and whether it takes the place of something."""
    for generator in plan.get("configMapGenerator", []):
        data = {pathlib.Path(file).name: (folder / file).read_text()
                for file in generator["files"]}
        yield generator, {"kind": "ConfigMap", "metadata": {"name": generator["name"]},
                          "data": data}
    for generator in plan.get("secretGenerator", []):
        data = secret_keys(folder / generator["envs"][0])
        yield generator, {"kind": "Secret", "metadata": {"name": generator["name"]}, "data": data}


def documents(folder):
    """What a kustomization yields, but for namespaces and the hashes in the names."""
    plan, found = kustomization(folder), []
    for resource in plan.get("resources", []):
        path = (folder / resource).resolve()
        found += documents(path) if path.is_dir() else load(path)
    for generator, doc in generated(folder, plan):
        if generator.get("behavior") == "replace":
            found.remove(only(found, doc["kind"], doc["metadata"]["name"]))
        found.append(doc)
    for patch in plan.get("patches", []):
        for change in load(folder / patch["path"]):
            old = only(found, change["kind"], change["metadata"]["name"])
            found[found.index(old)] = merged(old, change)
    return found


def only(docs, kind, name=None):
    found = [doc for doc in docs if doc["kind"] == kind
             and (name is None or doc["metadata"]["name"].startswith(name))]
    assert len(found) == 1, f"{len(found)} of {kind} {name or ''}"
    return found[0]


def pod_of(docs):
    return only(docs, "StatefulSet")["spec"]["template"]["spec"]


def config_of(docs):
    return yaml.safe_load(only(docs, "ConfigMap", "tocsin-config")["data"]["config.yaml"])


def discoveries(docs):
    """All kubernetes_sd_configs."""
    return [found for job in config_of(docs).get("scrape_configs", [])
            for found in job.get("kubernetes_sd_configs", [])]


def megabytes(text):
    number, unit = re.fullmatch(r"(\d+)(\w+)", text).groups()
    return int(number) * MEGABYTES[unit]


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
    if pod.get("automountServiceAccountToken") is not bool(discoveries(docs)):
        yield "the pod gets a token for the cluster's API without need, or needs one"
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


def check_permissions(docs):
    """The pod's account may list what discovery asks for, and nothing else."""
    needed = {each for found in discoveries(docs) for each in LISTED[found["role"]]}
    kinds = {doc["kind"] for doc in docs}
    if not needed:
        if kinds & {"ServiceAccount", "ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"}:
            yield "it is given permissions that nothing asks for"
        return
    account, role = only(docs, "ServiceAccount"), only(docs, "ClusterRole")
    binding = only(docs, "ClusterRoleBinding")
    if pod_of(docs).get("serviceAccountName") != account["metadata"]["name"]:
        yield "the pod runs under another account"
    if binding["roleRef"] != {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole",
                              "name": role["metadata"]["name"]}:
        yield "another role is bound"
    if binding["subjects"] != [{"kind": "ServiceAccount", "name": account["metadata"]["name"],
                                "namespace": "monitoring"}]:
        yield "the role is bound to others"
    allowed = {(group, resource, verb) for rule in role["rules"] for group in rule["apiGroups"]
               for resource in rule["resources"] for verb in rule["verbs"]}
    wanted = {(*each, "list") for each in needed}
    if allowed != wanted:
        yield f"allowed is {sorted(allowed)}, but discovery asks for {sorted(wanted)}"


def check_memory(docs):
    """Series may take half of the pod's memory: scrapes, queries and snapshots need the rest."""
    config = config_of(docs)
    if "scrape_configs" not in config:
        return
    limits = [source.get("memory_limit", "1GB") for source in config.get("sources", [])
              if source.get("embedded")] or ["1GB"]
    pod = pod_of(docs)["containers"][0]["resources"]["limits"]["memory"]
    if 2 * megabytes(limits[0]) > megabytes(pod):
        yield f"series may take {limits[0]} of the pod's {pod}"
    [claim] = only(docs, "StatefulSet")["spec"]["volumeClaimTemplates"]
    if 2 * megabytes(limits[0]) > megabytes(claim["spec"]["resources"]["requests"]["storage"]) / 2:
        yield "two snapshots may take more than half of the volume"


CHECKS = (check_required, check_names_match, check_references, check_paths, check_confined,
          check_reachability, check_permissions, check_memory)


def problems(docs):
    return [problem for check in CHECKS for problem in check(docs)]


class Manifests(unittest.TestCase):
    def test_the_base_is_complete_consistent_and_safe(self):
        self.assertEqual(problems(documents(BASE)), [])

    def test_the_overlays_are_so_too(self):
        self.assertIn(ALONE, OVERLAYS)
        for folder in OVERLAYS:
            with self.subTest(folder.name):
                self.assertEqual(problems(documents(folder)), [])

    def test_alone_it_needs_no_prometheus(self):
        docs = documents(ALONE)
        self.assertNotIn("PROMETHEUS_URL", json.dumps(pod_of(docs)))
        self.assertTrue(all(source.get("embedded") for source in config_of(docs)["sources"]))
        self.assertEqual({found["role"] for found in discoveries(docs)}, {"pod", "endpointslice"})
        self.assertEqual(documents(ROOT / "rules")[0]["data"].keys(),
                         only(docs, "ConfigMap", "tocsin-rules")["data"].keys())

    def test_all_shipped_rule_files_are_in_the_config_map(self):
        listed = kustomization(ROOT / "rules")["configMapGenerator"][0]["files"]
        there = [file.name for file in (ROOT / "rules").glob("*.yaml")]
        self.assertEqual(sorted(listed), sorted(there))

    def test_all_is_in_the_namespace_monitoring(self):
        for folder in (BASE, ALONE):
            self.assertEqual(kustomization(folder)["namespace"], "monitoring")

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

    def planted(self, change, folder=BASE):
        docs = copy.deepcopy(documents(folder))
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

    def test_each_is_found_in_what_scrapes_by_itself(self):
        def rule(docs):
            return only(docs, "ClusterRole")["rules"][0]

        def reconfigured(docs, old, new):
            data = only(docs, "ConfigMap", "tocsin-config")["data"]
            self.assertIn(old, data["config.yaml"])
            data["config.yaml"] = data["config.yaml"].replace(old, new)

        for words, change in (
                ("needs one", lambda d: pod_of(d).update(automountServiceAccountToken=False)),
                ("under another account", lambda d: pod_of(d).pop("serviceAccountName")),
                ("allowed is", lambda d: rule(d)["verbs"].append("watch")),
                ("allowed is", lambda d: rule(d)["resources"].append("secrets")),
                ("allowed is", lambda d: rule(d).update(resources=["*"])),
                ("allowed is", lambda d: only(d, "ClusterRole")["rules"].pop()),
                ("allowed is", lambda d: reconfigured(d, "role: pod", "role: node")),
                ("another role is bound",
                 lambda d: only(d, "ClusterRoleBinding")["roleRef"].update(name="cluster-admin")),
                ("bound to others", lambda d: only(d, "ClusterRoleBinding")["subjects"].append(
                    {"kind": "Group", "name": "system:authenticated"})),
                ("that nothing asks for",
                 lambda d: reconfigured(d, "kubernetes_sd_configs", "ignored")),
                ("of the pod's", lambda d: reconfigured(d, "memory_limit: 256MB", "")),
                ("of the volume", lambda d: only(d, "StatefulSet")["spec"][
                    "volumeClaimTemplates"][0]["spec"]["resources"]["requests"].update(
                        storage="512Mi"))):
            with self.subTest(words):
                self.assertIn(words, self.planted(change, ALONE))


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
                    self.assertEqual(doc["metadata"].get("namespace"),
                                     None if doc["kind"].startswith("Cluster") else "monitoring",
                                     doc["kind"])

    def test_they_render_to_what_the_checks_without_kubectl_look_at(self):
        for folder in [BASE, *OVERLAYS]:
            with self.subTest(folder.name):
                docs = list(yaml.safe_load_all(kubectl("kustomize", str(folder))))
                mine = documents(folder)
                self.assertEqual(sorted(doc["kind"] for doc in docs),
                                 sorted(doc["kind"] for doc in mine))
                for key in ("containers", "serviceAccountName", "automountServiceAccountToken"):
                    theirs, ours = (copy.deepcopy(pod_of(each).get(key)) for each in (docs, mine))
                    for container in theirs if key == "containers" else []:
                        container["image"] = "tocsin"
                    self.assertEqual(theirs, ours)
                self.assertEqual(config_of(docs), config_of(mine))

    def test_kubernetes_knows_every_field_of_the_pod(self):
        # kubectl drops unknown fields and refuses wrong types when it reads a manifest of its own.
        for folder in [BASE, *OVERLAYS]:
            original = only(documents(folder), "StatefulSet")
            read = json.loads(kubectl("set", "image", "--local", "-o", "json", "-f", "-",
                                      "tocsin=other", text=yaml.safe_dump(original)))
            known = set(keys_of(read)) | {".spec.template.spec.containers[0].env"}  # may be empty
            self.assertEqual(set(keys_of(original)) - known, set())


if __name__ == "__main__":
    unittest.main()
