"""What no schema sees: that the parts of the manifests find each other, and that nothing leads around the gate."""

import json
import re

import pytest
import yaml
from manifests import (
    EXAMPLES,
    ISTIO,
    MESH,
    SIDECAR,
    WASM_TYPE,
    connection_manager,
    containers,
    load,
    local_bootstrap,
    of_kind,
    patch,
    plugins,
    seconds,
    sidecar_bootstrap,
    timeouts,
)
from rendered import Rendered, assert_sound


@pytest.mark.parametrize("plugin", plugins().values(), ids=plugins().keys())
def test_the_gate_may_hold_headers_and_is_reloaded_when_it_crashed(plugin):
    assert plugin["allow_on_headers_stop_iteration"] is True
    assert plugin["failure_policy"] == "FAIL_RELOAD"


@pytest.mark.parametrize(("path", "container"), [(ISTIO, "istio-proxy"), (SIDECAR, "envoy")])
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
        for kind in ("AuthorizationPolicy", "PeerAuthentication", "Telemetry"):
            assert of_kind(path, kind)["spec"]["selector"]["matchLabels"].items() <= labels


SETTINGS = "/kyc-settings"
METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "CONNECT", "PROPFIND", "post")


def denied(policy, method, path):
    """What Istio's proxy makes of a request to a policy that has methods and paths only."""
    assert policy["action"] == "DENY"
    names = {"methods": method, "paths": path}

    def applies(operation):
        assert operation.keys() <= {"methods", "notMethods", "paths", "notPaths"}
        positive = (names[key] in operation[key] for key in names if key in operation)
        negative = (names[key] not in operation[no] for key, no in NEGATED.items() if no in operation)
        return all(positive) and all(negative)

    return any(applies(to["operation"]) for rule in policy["rules"] for to in rule["to"])


NEGATED = {"methods": "notMethods", "paths": "notPaths"}


def admitted(policy, paths):
    return {(method, path) for method in METHODS for path in paths if not denied(policy, method, path)}


def test_istio_posts_go_to_paths_that_the_gate_watches():
    watched = json.loads(plugins()["istio"]["configuration"]["value"])["match"]["paths"]
    policy = of_kind(ISTIO, "AuthorizationPolicy")["spec"]
    paths = {*watched, SETTINGS, "/", "/kyc/", "/other"}
    wanted = {(method, path) for method in ("GET", "HEAD") for path in paths}
    assert admitted(policy, paths) == wanted | {(m, path) for m in ("OPTIONS", "POST") for path in watched}


def test_istios_policy_with_the_settings_api():
    """The one on the page: settings can be put, and nothing else can."""
    [text] = re.findall(r"```yaml\n(.+?)```", (ISTIO.parent / "README.md").read_text(), re.DOTALL)
    policy, paths = yaml.safe_load(text), {"/kyc", SETTINGS, "/", "/kyc/"}
    shipped = of_kind(ISTIO, "AuthorizationPolicy")
    assert policy | {"spec": 0} == shipped | {"spec": 0}
    assert policy["spec"]["selector"] == shipped["spec"]["selector"]
    assert admitted(policy["spec"], paths) == admitted(shipped["spec"], paths) | {("PUT", SETTINGS)}


def test_istios_access_log_is_the_other_bootstraps():
    """The Telemetry names a provider that is there, with the same members."""
    [provider] = load(MESH)[0]["meshConfig"]["extensionProviders"]
    [logging] = of_kind(ISTIO, "Telemetry")["spec"]["accessLogging"]
    assert logging["providers"] == [{"name": provider["name"]}]
    [log] = MANAGERS["envoy.yaml"]["access_log"]
    labels = provider["envoyFileAccessLog"]["logFormat"]["labels"]
    assert labels == log["typed_config"]["log_format"]["json_format"]


def test_only_get_and_head_go_past_the_gate():
    """A route that asks for no decision header asks for one of the two methods."""
    free = {"GET|HEAD", "GET"}
    for manager in MANAGERS.values():
        for host in manager.get("route_config", {"virtual_hosts": []})["virtual_hosts"]:
            for route in host["routes"]:
                headers = {header["name"]: header for header in route["match"]["headers"]}
                if "x-kyc-decision" not in headers:
                    wanted = headers[":method"]["string_match"]
                    assert (wanted.get("exact") or wanted["safe_regex"]["regex"]) in free


def test_istios_proxy_logs_the_audit_line():
    annotations = of_kind(ISTIO, "Deployment")["spec"]["template"]["metadata"]["annotations"]
    assert annotations["sidecar.istio.io/componentLogLevel"] == "wasm:info"


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
    assert_sound(Rendered(load(SIDECAR)))


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


def test_all_bootstraps_make_the_same_labels_and_buckets():
    shipped = [sidecar_bootstrap(), *(load(path)[0] for path in EXAMPLES)]
    assert [bootstrap.get("stats_config") for bootstrap in shipped] == [local_bootstrap()["stats_config"]] * len(
        shipped
    )


MANAGERS = {
    "envoy.yaml": connection_manager(local_bootstrap()),
    "istio": patch("NETWORK_FILTER")["typed_config"],
    "sidecar": connection_manager(sidecar_bootstrap()),
    **{path.parent.name: connection_manager(load(path)[0]) for path in EXAMPLES},
}


@pytest.mark.parametrize("manager", MANAGERS.values(), ids=MANAGERS.keys())
def test_no_held_request_lasts_for_ever(manager):
    """What a module that fails leaves behind ends by these at the latest."""
    assert timeouts(manager) == {"request_headers_timeout": 10, "request_timeout": 30, "stream_idle_timeout": 60}


@pytest.mark.parametrize("manager", MANAGERS.values(), ids=MANAGERS.keys())
def test_no_client_holds_many_streams(manager):
    assert manager["http2_protocol_options"]["max_concurrent_streams"] <= 100


def test_the_sidecars_envoy_drains_before_it_goes():
    """tests/e2e/test_lifecycle.py runs the hook."""
    deployment = of_kind(SIDECAR, "Deployment")
    envoy, backend = (containers(deployment)[name] for name in ("envoy", "backend"))
    hook = envoy["lifecycle"]["preStop"]["exec"]["command"]
    # The backend is there for as long as Envoy.
    assert backend["lifecycle"] == envoy["lifecycle"]
    [mount] = {m["mountPath"] for c in (envoy, backend) for m in c["volumeMounts"] if m["name"] == "tools"}
    assert hook[0] == f"{mount}/busybox"
    [copy] = [c for c in deployment["spec"]["template"]["spec"]["initContainers"] if c["name"] == "tools"]
    assert "/bin/busybox" in copy["command"]
    drain = envoy["args"][envoy["args"].index("--drain-time-s") + 1]
    assert f"box sleep {drain}\n" in hook[-1]
    manager = connection_manager(sidecar_bootstrap())
    assert f"http.{manager['stat_prefix']}.downstream_rq_active" in hook[-1]
    admin = sidecar_bootstrap()["admin"]["address"]["socket_address"]
    assert f"http://{admin['address']}:{admin['port_value']}\n" in hook[-1]
    routes = [host["routes"] for host in manager["route_config"]["virtual_hosts"]]
    answer = max(seconds(route["route"]["timeout"]) for found in routes for route in found)
    grace = deployment["spec"]["template"]["spec"]["terminationGracePeriodSeconds"]
    assert grace > int(drain) + timeouts(manager)["request_timeout"] + answer


def test_istios_sidecar_drains_before_it_goes():
    deployment = of_kind(ISTIO, "Deployment")
    template = deployment["spec"]["template"]
    proxy = yaml.safe_load(template["metadata"]["annotations"]["proxy.istio.io/config"])
    assert proxy.keys() == {"terminationDrainDuration"}
    drain = seconds(proxy["terminationDrainDuration"])
    assert drain >= timeouts(MANAGERS["istio"])["request_timeout"]
    assert containers(deployment)["backend"]["lifecycle"]["preStop"]["sleep"]["seconds"] >= drain
    assert template["spec"]["terminationGracePeriodSeconds"] > drain
