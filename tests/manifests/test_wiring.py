"""What no schema sees: that the parts of the manifests find each other, and that nothing leads around the gate."""

import json

import pytest
from manifests import (
    ISTIO,
    SIDECAR,
    WASM_TYPE,
    containers,
    local_bootstrap,
    of_kind,
    patch,
    plugins,
    sidecar_bootstrap,
)


@pytest.mark.parametrize("plugin", plugins().values(), ids=plugins().keys())
def test_the_gate_may_hold_headers_and_is_reloaded_when_it_crashed(plugin):
    assert plugin["allow_on_headers_stop_iteration"] is True
    assert plugin["failure_policy"] == "FAIL_RELOAD"


@pytest.mark.parametrize("path, container", [(ISTIO, "istio-proxy"), (SIDECAR, "envoy")])
def test_keys_come_from_a_secret(path, container):
    plugin = plugins()["istio" if path == ISTIO else "sidecar"]
    variables = plugin["vm_config"]["environment_variables"]
    assert list(variables) == ["host_env_keys"]
    environment = {e["name"]: e for e in containers(of_kind(path, "Deployment"))[container]["env"]}
    for name in variables["host_env_keys"]:
        assert "secretKeyRef" in environment[name]["valueFrom"]
    gate = json.loads(plugin["configuration"]["value"])
    assert gate["requestEncryption"]["key"].removeprefix("env:") in variables["host_env_keys"]


def test_the_filter_asks_for_the_extension_that_is_there():
    extension, http_filter = patch("EXTENSION_CONFIG"), patch("HTTP_FILTER")
    assert http_filter["name"] == extension["name"]
    assert http_filter["config_discovery"]["type_urls"] == [extension["typed_config"]["@type"]] == [WASM_TYPE]


@pytest.mark.parametrize("path", [ISTIO, SIDECAR])
def test_selectors_find_the_pods(path):
    deployment = of_kind(path, "Deployment")
    labels = deployment["spec"]["template"]["metadata"]["labels"].items()
    assert deployment["spec"]["selector"]["matchLabels"].items() <= labels
    assert of_kind(path, "Service")["spec"]["selector"].items() <= labels
    if path == SIDECAR:
        assert of_kind(path, "NetworkPolicy")["spec"]["podSelector"]["matchLabels"].items() <= labels
    else:
        assert of_kind(path, "EnvoyFilter")["spec"]["workloadSelector"]["labels"].items() <= labels
        for kind in ("AuthorizationPolicy", "PeerAuthentication"):
            assert of_kind(path, kind)["spec"]["selector"]["matchLabels"].items() <= labels


def test_istio_posts_go_to_paths_that_the_gate_watches():
    watched = json.loads(plugins()["istio"]["configuration"]["value"])["match"]["paths"]
    policy = of_kind(ISTIO, "AuthorizationPolicy")["spec"]
    assert policy["action"] == "DENY"
    [rule] = policy["rules"]
    [to] = rule["to"]
    assert "POST" in to["operation"]["methods"]
    assert to["operation"]["notPaths"] == watched


def test_sidecar_mounts_and_ports():
    deployment = of_kind(SIDECAR, "Deployment")
    envoy = containers(deployment)["envoy"]
    listening = {
        listener["address"]["socket_address"]["port_value"]
        for listener in sidecar_bootstrap()["static_resources"]["listeners"]
    }
    ports = {port["name"]: port["containerPort"] for port in envoy["ports"]}
    assert set(ports.values()) == listening
    [service] = of_kind(SIDECAR, "Service")["spec"]["ports"]
    assert service["targetPort"] in ports
    volumes = {volume["name"] for volume in deployment["spec"]["template"]["spec"]["volumes"]}
    assert {mount["name"] for mount in envoy["volumeMounts"]} == volumes


def test_the_sidecars_backend_is_only_reached_through_envoy():
    backend = containers(of_kind(SIDECAR, "Deployment"))["backend"]
    [address] = [e["value"] for e in backend["env"] if e["name"] == "LISTEN_ADDRESS"]
    host, port = address.split(":")
    assert host == "127.0.0.1"
    assert "ports" not in backend
    ingress = of_kind(SIDECAR, "NetworkPolicy")["spec"]["ingress"]
    opened = {p["port"] for rule in ingress for p in rule["ports"]}
    assert opened == {p["containerPort"] for p in containers(of_kind(SIDECAR, "Deployment"))["envoy"]["ports"]}
    assert int(port) not in opened


def test_both_bootstraps_make_the_same_labels():
    assert sidecar_bootstrap()["stats_config"] == local_bootstrap()["stats_config"]
