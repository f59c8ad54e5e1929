"""The chart, as helm makes it of twelve sets of values; and the values that it refuses."""

import itertools
import json
import subprocess

import pytest
import yaml
from certificate import write_certificate
from judges import has_native_modules, is_refused_for_its_age, kyc_gate
from manifests import NATIVE, is_custom, load, plugins, sidecar_bootstrap
from rendered import Rendered, assert_sound, gate_of, here, is_native, manager_of, merged
from tools import CHART, helm, needs_tools, tools

pytestmark = needs_tools
CONFIGURATION = json.dumps(
    {
        "requestEncryption": {
            "enable": True,
            "key": "env:KYC_KEY",
            "keyEncoding": "base64",
            "cipherSpec": "AES/GCM/NoPadding",
        },
        "signature": {
            "keyId": "gate-1",
            "key": "env:KYC_SIGNATURE_KEY",
            "keyEncoding": "base64",
            "algorithm": "hmac-sha256",
        },
        "decision": {"onReject": "deny"},
        "limits": {"maxBodyBytes": 1048576},
    }
)
SIDECAR = {"mode": "sidecar", "sidecar": {"container": {"image": "registry.example.com/kyc-backend:1.0.0"}}}
SETS = {
    "defaults": {},
    "sidecar": SIDECAR,
    "image volume": {"module": {"from": "volume", "path": "/plugin.wasm"}},
    "url": {"module": {"from": "url", "url": "https://artifacts.example.com/kyc_gate.wasm", "sha256": "0" * 64}},
    "reviews": {"backend": {"host": "10.0.0.7", "port": 80}, "review": {"host": "people.example.com", "port": 8080}},
    "autoscaling": {"autoscaling": {"enabled": True, "maxReplicas": 40}, "metrics": {"scrape": "podMonitor"}},
    "no TLS": {"tls": {"enabled": False}, "service": {"type": "NodePort", "port": 80}, "metrics": {"scrape": "none"}},
    "own configuration": {
        "configuration": CONFIGURATION,
        "keys": {
            "secretName": "own",
            "variables": [{"name": "KYC_KEY", "key": "key"}, {"name": "KYC_SIGNATURE_KEY", "key": "signature"}],
        },
        "hosts": ["kyc.bank.example", "*.bank.example"],
        "envoy": {"bufferBytes": 1048576, "concurrency": 4, "drainSeconds": 45},
        "timeouts": {"requestSeconds": 20, "responseSeconds": 60, "idleSeconds": 90},
    },
    "sidecar with its own": {
        **SIDECAR,
        "sidecar": {
            "container": {
                "image": "registry.example.com/kyc-backend:1.0.0",
                "env": [{"name": "LEVEL", "value": "info"}],
                "resources": {"requests": {"cpu": "100m"}, "limits": {"memory": "256Mi"}},
            }
        },
        "module": {"from": "volume"},
        "backend": {"host": "ignored", "port": 9000, "healthPath": "/health"},
        "networkPolicy": {"enabled": False},
        "podDisruptionBudget": {"enabled": False},
    },
    "native": {
        "module": {"kind": "native", "image": "registry.example.com/kyc-gate-modules:0.1.0"},
        "metrics": {
            "scrape": "podMonitor",
            "labels": {"release": "kube-prometheus-stack"},
            "rules": {"enabled": True, "runbooks": "https://book.bank.example/gate", "reviewsPerDay": 75},
        },
    },
    "sidecar, native from an image volume": {
        **SIDECAR,
        "module": {"kind": "native", "from": "volume", "image": "registry.example.com/kyc-gate-native:0.1.0"},
        "metrics": {"rules": {"enabled": True}},
    },
    "scheduling": {
        "nodeSelector": {"kubernetes.io/arch": "amd64"},
        "tolerations": [{"key": "kyc", "operator": "Exists"}],
        "affinity": {"podAntiAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": []}},
        "topologySpreadConstraints": [
            {"maxSkew": 1, "topologyKey": "topology.kubernetes.io/zone", "whenUnsatisfiable": "ScheduleAnyway"}
        ],
        "priorityClassName": "high",
        "podLabels": {"team": "kyc"},
        "podAnnotations": {"team.example.com/pager": "kyc"},
        "imagePullSecrets": [{"name": "registry"}],
        "networkPolicy": {"from": [], "metricsFrom": []},
    },
}


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    file = tmp_path_factory.mktemp("helm") / "values.yaml"
    found = {}
    for name, values in SETS.items():
        file.write_text(yaml.safe_dump(values))
        text = helm("template", "kyc", CHART, "--namespace", "kyc", "-f", file)
        found[name] = Rendered([document for document in yaml.safe_load_all(text) if document])
    return found


def test_lint():
    assert "0 chart(s) failed" in helm("lint", CHART)


def test_each_set_is_sound(built):
    assert len(built) == 12
    for name, rendered in built.items():
        assert_sound(rendered)
        assert ("backend" in rendered.containers) == name.startswith("sidecar"), name


def test_each_set_fits_the_schemas(built, kubernetes_schema, custom_schemas):
    for name, rendered in built.items():
        versions = ["1.37"] if any("image" in v for v in rendered.pod["volumes"]) else ["1.30", "1.37"]
        for manifest, version in itertools.product(rendered.objects, versions):
            if not is_custom(manifest):
                assert kubernetes_schema.validate(manifest, version, strict=True), name
    custom = [manifest for rendered in built.values() for manifest in rendered.objects if is_custom(manifest)]
    assert sorted(m["kind"] for m in custom) == ["PodMonitor"] * 2 + ["PrometheusRule"] * 2
    assert custom_schemas.problems(custom) == [None] * 4
    assert all(set(m["spec"]) <= custom_schemas.known_keys(m) for m in custom)


def test_check_has_nothing_to_report(built, tmp_path):
    for name, rendered in built.items():
        done = kyc_gate("check", rendered.write(tmp_path / "kyc-gate.yaml"))
        assert done.returncode == 0 and "nothing to report" in done.stdout, (name, done.stdout)


def test_envoy_accepts_each_set(built, validate, tmp_path, monkeypatch):
    for variable in ("KYC_KEY", "KYC_SIGNATURE_KEY"):
        monkeypatch.setenv(variable, "a3ljLWdhdGUgZGVtbyBrZXksIGRvIG5vdCB1c2UgaXQ=")
    write_certificate(tmp_path)
    path = tmp_path / "envoy.json"
    bootstraps = [here(rendered.bootstrap, tmp_path) for rendered in built.values()]
    for native, configuration in ((False, "configuration"), (True, "filter_config")):
        of_kind = [bootstrap for bootstrap in bootstraps if is_native(bootstrap) == native]
        path.write_text(json.dumps(merged(of_kind)))
        accepted, log = validate(path)
        if native and not has_native_modules():
            assert not accepted and is_refused_for_its_age(log), log
            continue
        assert accepted, log
        gate_of(of_kind[-1])[configuration]["value"] = "{"
        path.write_text(json.dumps(merged(of_kind)))
        assert not validate(path)[0], "the last set isn't looked at"


def test_as_a_sidecar_it_is_the_shipped_one(built):
    """Nothing of the bootstrap depends on how it was made."""
    ours, theirs = built["sidecar"].bootstrap, sidecar_bootstrap()
    assert gate_of(ours).pop("configuration")["value"].strip() == gate_of(theirs).pop("configuration")["value"].strip()
    assert ours == theirs


def test_as_a_native_module_it_is_the_shipped_one(built):
    """The bootstrap is that of the Wasm module, the filter that of envoy/native/."""
    ours, theirs = built["native"].bootstrap, built["defaults"].bootstrap
    shipped = load(NATIVE)[0]
    assert ours.pop("layered_runtime") == shipped["layered_runtime"]
    gate, example = gate_of(ours), gate_of(shipped)
    assert gate["filter_config"] == gate_of(theirs)["configuration"]
    own = gate["dynamic_module_config"]["module"]["local"]
    assert own == {"filename": "/var/lib/kyc-gate/libkyc_gate.so"}
    for found in (gate, example):
        del found["filter_config"], found["dynamic_module_config"]["module"]["local"]["filename"]
    assert gate == example
    for bootstrap in (ours, theirs):
        [found] = [f for f in manager_of(bootstrap)["http_filters"] if f["name"] == "kyc-gate"]
        del found["typed_config"]
    assert ours == theirs


def test_a_native_module_is_copied_to_where_it_can_be_loaded(built):
    """Also out of an image volume, which is mounted noexec; and its audit line isn't lost."""
    sources = {"native": "/libkyc_gate.so", "sidecar, native from an image volume": "/image/libkyc_gate.so"}
    for name, source in sources.items():
        rendered = built[name]
        copy = rendered.init_containers["kyc-gate"]
        assert copy["command"] == ["cp", source, "/module/libkyc_gate.so"]
        assert rendered.containers["envoy"]["args"][-5] == "dynamic_modules:info"
        [mount] = [m for m in rendered.containers["envoy"]["volumeMounts"] if m["name"] == "module"]
        assert mount == {"name": "module", "mountPath": "/var/lib/kyc-gate", "readOnly": True}
        [volume] = [volume for volume in rendered.pod["volumes"] if volume["name"] == "module"]
        assert volume.keys() == {"name", "emptyDir"}
    pod = built["sidecar, native from an image volume"].pod
    [volume] = [volume for volume in pod["volumes"] if "image" in volume]
    mounted = [c["name"] for c in pod["initContainers"] for m in c["volumeMounts"] if m["name"] == volume["name"]]
    assert mounted == ["kyc-gate"]
    assert not any(m["name"] == volume["name"] for c in pod["containers"] for m in c["volumeMounts"])


def test_the_default_configuration_is_the_other_manifests(built):
    value = gate_of(built["defaults"].bootstrap)["configuration"]["value"]
    assert json.loads(value) == json.loads(plugins()["sidecar"]["configuration"]["value"])


def test_values_reach_envoy(built):
    bootstrap = built["own configuration"].bootstrap
    manager = manager_of(bootstrap)
    assert json.loads(gate_of(bootstrap)["configuration"]["value"]) == json.loads(CONFIGURATION)
    assert manager["route_config"]["virtual_hosts"][0]["domains"] == ["kyc.bank.example", "*.bank.example"]
    assert bootstrap["static_resources"]["listeners"][0]["per_connection_buffer_limit_bytes"] == 1048576
    assert (manager["request_timeout"], manager["stream_idle_timeout"]) == ("20s", "90s")
    assert built["own configuration"].pod["terminationGracePeriodSeconds"] == 45 + 20 + 60 + 10
    clusters = {c["name"]: c["type"] for c in built["reviews"].bootstrap["static_resources"]["clusters"]}
    assert clusters == {"backend": "STATIC", "manual-review": "STRICT_DNS", "admin": "STATIC"}


REFUSED = {
    "an unknown key": ({"replicas": 3}, "replicas"),
    "an unknown mode": ({"mode": "mesh"}, "mode"),
    "a URL without a digest": ({"module": {"from": "url", "url": "https://a.example/x"}}, "sha256"),
    "a sidecar without a backend": ({"mode": "sidecar"}, "image"),
    "a configuration that is no text": ({"configuration": {"match": {}}}, "configuration"),
    "a container with hooks of its own": (
        {"mode": "sidecar", "sidecar": {"container": {"image": "a", "lifecycle": {}}}},
        "container",
    ),
    "an unknown kind of module": ({"module": {"kind": "lua", "from": "image", "image": "a"}}, "kind"),
    "runbooks that are nowhere": ({"metrics": {"rules": {"enabled": True, "runbooks": "docs"}}}, "runbooks"),
    "a variable that is none": ({"keys": {"secretName": "a", "variables": [{"name": "A-B", "key": "a"}]}}, "name"),
    "YAML in a name": ({"keys": {"secretName": "a, key: b", "variables": []}}, "secretName"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_the_schema_refuses(what, tmp_path):
    values, said = REFUSED[what]
    (tmp_path / "values.yaml").write_text(yaml.safe_dump(values))
    command = [tools() / "helm/helm", "template", "kyc", CHART, "-f", tmp_path / "values.yaml"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode and said in done.stderr, done.stderr
