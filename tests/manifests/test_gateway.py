"""Envoy Gateway's objects: they find each other, and no rule leads around the gate."""

import itertools
import json
import re

from manifests import GATEWAY, GATEWAY_WASM, gateway_patch, load, of_kind, plugins


def rules() -> list[dict]:
    return of_kind(GATEWAY, "HTTPRoute")["spec"]["rules"]


def test_references_find_their_objects():
    """What is referred to by kind and name is there; Services and Secrets are the operator's."""
    objects = [*load(GATEWAY), *load(GATEWAY_WASM)]
    there = {(found["kind"], found["metadata"]["name"]) for found in objects}
    text = "\n".join(json.dumps(found) for found in objects)
    references = set(re.findall(r'"kind": "(\w+)", "name": "([\w-]+)"', text))
    assert {"Gateway", "HTTPRoute", "EnvoyProxy", "HTTPRouteFilter"} <= {kind for kind, _ in references}
    assert references <= there
    assert ("GatewayClass", of_kind(GATEWAY, "Gateway")["spec"]["gatewayClassName"]) in there
    namespaces = {found["metadata"]["namespace"] for found in objects if found["kind"] != "GatewayClass"}
    assert len(namespaces) == 1


def test_the_policy_names_a_module_that_is_in_the_pods():
    [module] = of_kind(GATEWAY, "EnvoyProxy")["spec"]["dynamicModules"]
    [entry] = of_kind(GATEWAY, "EnvoyExtensionPolicy")["spec"]["dynamicModule"]
    assert entry["name"] == module["name"]
    assert module["source"].keys() == {"type", "local"} and module["source"]["type"] == "Local"
    deployment = of_kind(GATEWAY, "EnvoyProxy")["spec"]["provider"]["kubernetes"]["envoyDeployment"]
    [copy] = deployment["initContainers"]
    [target], [mount] = copy["volumeMounts"], deployment["container"]["volumeMounts"]
    assert target["name"] == mount["name"] and copy["command"][-1].rstrip("/") == target["mountPath"]
    copied = {f"{mount['mountPath']}{path}" for path in copy["command"][1:-1]}
    wasm = gateway_patch()["typed_config"]["config"]["vm_config"]["code"]["local"]["filename"]
    assert copied == {module["source"]["local"]["path"], wasm}
    lines = (GATEWAY.parent / "Dockerfile").read_text().splitlines()
    assert set(copy["command"][1:-1]) == {line.split()[-1] for line in lines if line.startswith("COPY ")}


def test_both_modules_and_istio_have_one_configuration():
    """But for the signature, by which the backend knows that no policy was lost."""
    [entry] = of_kind(GATEWAY, "EnvoyExtensionPolicy")["spec"]["dynamicModule"]
    found = plugins()
    config = json.loads(found["gateway"]["configuration"]["value"])
    assert entry["config"] == config
    signature = config.pop("signature")
    assert config == json.loads(found["istio"]["configuration"]["value"])
    kubernetes = of_kind(GATEWAY, "EnvoyProxy")["spec"]["provider"]["kubernetes"]
    variables = {v["name"]: v["valueFrom"] for v in kubernetes["envoyDeployment"]["container"]["env"]}
    assert {config["requestEncryption"]["key"], signature["key"]} == {f"env:{name}" for name in variables}
    assert all(source.keys() == {"secretKeyRef"} for source in variables.values())
    assert found["gateway"]["vm_config"]["environment_variables"] == {"host_env_keys": list(variables)}


def test_the_buffers_have_one_size():
    traffic = of_kind(GATEWAY, "ClientTrafficPolicy")["spec"]
    assert traffic["connection"]["bufferLimit"] == traffic["http2"]["initialStreamWindowSize"] == 16777216


def test_without_the_gate_no_post_reaches_a_backend():
    """A rule with a backend asks for the gate's header, or for GET or HEAD; clients can't send that header."""
    matches = [(rule, match) for rule in rules() for match in rule["matches"]]
    for rule, match in matches:
        asks = [header["name"] for header in match.get("headers", [])] == ["x-kyc-decision"]
        assert "backendRefs" not in rule or asks or match["method"] in {"GET", "HEAD"}
    [last] = [rule for rule in rules() if "backendRefs" not in rule]
    assert last["matches"] == [{"path": {"type": "PathPrefix", "value": "/"}}]
    assert of_kind(GATEWAY, "HTTPRouteFilter")["spec"]["directResponse"]["statusCode"] == 503
    traffic = of_kind(GATEWAY, "ClientTrafficPolicy")["spec"]
    assert traffic["headers"]["earlyRequestHeaders"]["remove"] == ["x-kyc-decision"]


def test_every_decision_has_one_rule():
    headers = [header for rule in rules() for match in rule["matches"] for header in match.get("headers", [])]
    patterns = [re.escape(h["value"]) if h["type"] == "Exact" else h["value"] for h in headers]
    for decision in ("accept", "review", "reject", "error"):
        assert sum(1 for pattern in patterns if re.fullmatch(pattern, decision)) == 1


def test_only_the_proxies_reach_the_backends():
    policy = of_kind(GATEWAY, "NetworkPolicy")["spec"]
    [expression] = policy["podSelector"]["matchExpressions"]
    backends = itertools.chain.from_iterable(rule.get("backendRefs", []) for rule in rules())
    assert {backend["name"] for backend in backends} == set(expression["values"])
    [ingress] = policy["ingress"]
    [source] = ingress["from"]
    gateway = of_kind(GATEWAY, "Gateway")["metadata"]
    assert set(source["podSelector"]["matchLabels"].values()) == {gateway["namespace"], gateway["name"]}
