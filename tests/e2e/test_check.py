"""`kyc-gate check` says of a configuration what Envoy says: accepted or refused, however it is written."""

import json
import subprocess
import textwrap

import pytest
import yaml
from kyc_gate import kyc_gate
from resources import WASM_MODULE, wasm_only

from envoy import find_envoy

pytestmark = wasm_only("bootstrap")

KEY = "a3ljLWdhdGUgZGVtbyBrZXksIGRvIG5vdCB1c2UgaXQ="
BLOCK = {"enable": True, "key": "env:KEY", "keyEncoding": "base64", "cipherSpec": "AES/GCM/NoPadding"}
BOOTSTRAP = """\
static_resources:
  listeners:
  - address: { socket_address: { address: 127.0.0.1, port_value: 0 } }
    filter_chains:
    - filters:
      - name: envoy.filters.network.http_connection_manager
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: test
          http_filters:
          - name: kyc-gate
            typed_config:
              "@type": type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm
              config:
                allow_on_headers_stop_iteration: true
                vm_config:
                  runtime: envoy.wasm.runtime.v8
                  code: { local: { filename: MODULE } }
                  environment_variables: { key_values: { KEY: VALUE } }
                configuration:
                  "@type": type.googleapis.com/google.protobuf.KIND
                  value: CONFIGURATION
          - name: envoy.filters.http.router
            typed_config: { "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router }
          route_config: {}
"""
STRING, STRUCT = "StringValue", "Struct"


def bootstrap(kind, configuration):
    """`configuration` is what stands behind `value:`, a block of its own where it has lines."""
    indent = " " * 20
    block = textwrap.indent(configuration, indent) if "\n" in configuration else configuration
    text = BOOTSTRAP.replace("MODULE", str(WASM_MODULE)).replace("VALUE", KEY).replace("KIND", kind)
    return text.replace("CONFIGURATION", block.lstrip(" ") if block[:1] != "\n" else block)


def of(config):
    return "|\n" + json.dumps(config, indent=2)


# Each as it is written, and whether it is accepted.
CASES = {
    "nothing": (STRING, '""', True),
    "an empty object": (STRING, "'{}'", True),
    "the key": (STRING, of({"requestEncryption": BLOCK}), True),
    "another key length": (
        STRING,
        of({"requestEncryption": BLOCK | {"cipherSpec": "AES/128/CBC/PKCS7Padding"}}),
        False,
    ),
    "another encoding": (STRING, of({"requestEncryption": BLOCK | {"keyEncoding": "hex"}}), False),
    "an unset variable": (STRING, of({"requestEncryption": BLOCK | {"key": "env:NOT_SET"}}), False),
    "an unknown key": (STRING, of({"decision": {"onMaybe": "deny"}}), False),
    "a duplicate key": (STRING, '\'{"limits": {}, "limits": {}}\'', False),
    "folded": (STRING, '>-\n{\n"limits":\n{"maxDepth": 64}}', True),
    "escaped": (STRING, json.dumps('{"limits":\n{"maxDepth": 0}}'), False),
    "a mapping": (STRUCT, "{ limits: { maxDepth: 64 }, match: { paths: [/kyc] } }", True),
    "a mapping with an unknown key": (STRUCT, "{ limits: { maxDepths: 64 } }", False),
    # What Envoy makes of YAML's plain scalars.
    "a fraction": (STRUCT, "{ evidence: { nameSimilarity: 0.95 } }", False),
    "a fraction in JSON": (STRING, of({"evidence": {"nameSimilarity": 0.95}}), True),
    "a large integer": (STRUCT, "{ limits: { maxInflightBytes: 4294967296 } }", False),
    "a word for true": (STRUCT, "{ requestEncryption: { enable: no } }", True),
    "hexadecimal": (STRUCT, "{ limits: { maxDepth: 0x40 } }", True),
    "a number in quotes": (STRUCT, "{ limits: { maxDepth: '64' } }", False),
    "null": (STRUCT, "{ limits: ~ }", False),
    "a template with a number": (STRUCT, "{ requestBody: { a: '${name}', b: 1.5 } }", True),
}


@pytest.mark.parametrize("case", CASES)
def test_check_agrees_with_envoy(case, tmp_path):
    kind, configuration, is_accepted = CASES[case]
    path = tmp_path / "bootstrap.yaml"
    path.write_text(bootstrap(kind, configuration))
    assert yaml.safe_load(path.read_text())
    command = [*find_envoy(), "--mode", "validate", "-c", str(path), "--log-level", "warning"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode == 0) == is_accepted, done.stdout + done.stderr
    # The variables are in the file; of this environment there are none.
    said = kyc_gate("check", "--secrets", "--format", "json", path)
    codes = [finding["code"] for file in json.loads(said.stdout)["files"] for finding in file["findings"]]
    refused = [code for code in codes if "K0101" <= code < "K0200"]
    assert (refused == []) == is_accepted, said.stdout


# What of the filter itself is replaced, and whether Envoy takes it. It parses fields, durations and words as protobuf's
# JSON does, which is wider than what anybody would write.
FILTERS = {
    "a field that there isn't": ("allow_on_headers_stop_iteration:", "allow_on_header_stop_iteration:", False),
    "a field of the plugin beside it": (
        "              config:\n",
        "              fail_open: false\n              config:\n",
        False,
    ),
    "a merge": ("allow_on_headers_stop_iteration: true", "<<: { allow_on_headers_stop_iteration: true }", False),
    "camel case": ("allow_on_headers_stop_iteration:", "allowOnHeadersStopIteration:", True),
    "a wrapped truth value": ("iteration: true", "iteration: { value: true }", True),
    # Which K0007 tells.
    "a field twice": (
        "iteration: true",
        "iteration: true\n                allow_on_headers_stop_iteration: false",
        True,
    ),
    "a field by both of its names": (
        "iteration: true",
        "iteration: true\n                allowOnHeadersStopIteration: false",
        True,
    ),
    "a word in small letters": (
        "iteration: true",
        "iteration: true\n                failure_policy: fail_reload",
        True,
    ),
    "a word with a hyphen": ("iteration: true", "iteration: true\n                failure_policy: FAIL-RELOAD", False),
    "a word that there isn't": (
        "iteration: true",
        "iteration: true\n                failure_policy: FAIL_NEVER",
        False,
    ),
    "both ways to fail": (
        "iteration: true",
        "iteration: true\n                failure_policy: FAIL_RELOAD\n                fail_open: true",
        False,
    ),
    "one of both ways to fail": (
        "iteration: true",
        "iteration: true\n                failure_policy: FAIL_RELOAD\n                fail_open: false",
        True,
    ),
    "a variable twice": ("{ key_values:", "{ host_env_keys: [KEY], key_values:", False),
    "variables as a list": ("{ key_values: { KEY: VALUE } }", "{ key_values: [KEY] }", False),
    "one variable without a list": ("{ key_values:", "{ host_env_keys: PATH, key_values:", True),
    "no module": ("code: { local: { filename: MODULE } }", "code: {}", False),
    "a type without a domain": ("type.googleapis.com/google.protobuf.KIND", "google.protobuf.KIND", False),
    "a type of another domain": ("type.googleapis.com/google.protobuf.KIND", "example.com/google.protobuf.KIND", True),
    "a value under another name": ("value: CONFIGURATION", "values: CONFIGURATION", False),
    "a duration without a unit": ("stat_prefix: test", "stat_prefix: test\n          request_timeout: 30", False),
    "a duration in milliseconds": ("stat_prefix: test", "stat_prefix: test\n          request_timeout: 30000ms", False),
    "a duration as a message": (
        "stat_prefix: test",
        "stat_prefix: test\n          request_timeout: { seconds: 3 }",
        True,
    ),
    "a buffer in hexadecimal": (
        "    filter_chains:",
        "    per_connection_buffer_limit_bytes: 0x10000\n    filter_chains:",
        True,
    ),
    "a buffer with a unit": (
        "    filter_chains:",
        "    per_connection_buffer_limit_bytes: 16Mi\n    filter_chains:",
        False,
    ),
    "a buffer beyond 32 bits": (
        "    filter_chains:",
        "    per_connection_buffer_limit_bytes: 4294967296\n    filter_chains:",
        False,
    ),
    "no router": (
        BOOTSTRAP[
            BOOTSTRAP.index("          - name: envoy.filters.http.router") : BOOTSTRAP.index("          route_config")
        ],
        "",
        False,
    ),
}
REFUSED = ("K0005", "K0317", "K0318", "K0319")


@pytest.mark.parametrize("case", FILTERS)
def test_check_agrees_with_envoy_about_the_filter(case, tmp_path, monkeypatch):
    find, put, is_accepted = FILTERS[case]
    assert find in BOOTSTRAP
    monkeypatch.setitem(globals(), "BOOTSTRAP", BOOTSTRAP.replace(find, put, 1))
    path = tmp_path / "bootstrap.yaml"
    path.write_text(bootstrap(STRING, "'{}'"))
    command = [*find_envoy(), "--mode", "validate", "-c", str(path), "--log-level", "warning"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode == 0) == is_accepted, done.stdout + done.stderr
    said = kyc_gate("check", "--format", "json", path)
    codes = [finding["code"] for file in json.loads(said.stdout)["files"] for finding in file["findings"]]
    assert ([code for code in codes if code in REFUSED] == []) == is_accepted, said.stdout
