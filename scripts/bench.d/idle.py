"""A module that lets everything pass, to tell what any Wasm filter costs in Envoy from what the gate does."""

import pathlib

# Puts the tests on the path, which make a module too.
import posts  # noqa: F401
from trap import MAGIC, sized

TYPE, FUNCTION, MEMORY, EXPORT, CODE = 1, 3, 5, 7, 10
A_FUNCTION, A_MEMORY, I32 = 0x00, 0x02, 0x7F
I32_CONST, END = 0x41, 0x0B
# Parameters and results of the callbacks that the gate has for each request too, and of what Envoy asks of any module
# (proxy-wasm ABI 0.2.1). What gives a number gives 0, `Action::Continue`.
SIGNATURES = {
    "proxy_abi_version_0_2_1": (0, 0),
    "proxy_on_memory_allocate": (1, 1),
    "proxy_on_vm_start": (2, 1),
    "proxy_on_context_create": (2, 0),
    "proxy_on_request_headers": (3, 1),
    "proxy_on_request_body": (3, 1),
    "proxy_on_response_headers": (3, 1),
    "proxy_on_response_body": (3, 1),
    "proxy_on_delete": (1, 0),
}
# Envoy takes 0 for a failure of these.
ONES = {"proxy_on_vm_start"}


def write(path: pathlib.Path) -> pathlib.Path:
    """Writes the module, in the binary format (WebAssembly core specification, 5.5). Its numbers are below 64."""
    kinds = list(dict.fromkeys(SIGNATURES.values()))
    types = [bytes([0x60, takes, *[I32] * takes, gives, *[I32] * gives]) for takes, gives in kinds]
    functions = [bytes([kinds.index(signature)]) for signature in SIGNATURES.values()]
    exports = [sized(name.encode()) + bytes([A_FUNCTION, index]) for index, name in enumerate(SIGNATURES)]
    exports.append(sized(b"memory") + bytes([A_MEMORY, 0]))
    bodies = [_body(name, gives) for name, (_, gives) in SIGNATURES.items()]
    one_page = b"\0\1"
    sections = {TYPE: types, FUNCTION: functions, MEMORY: [one_page], EXPORT: exports, CODE: bodies}
    path.write_bytes(MAGIC + b"".join(bytes([kind]) + sized(_list(items)) for kind, items in sections.items()))
    return path


def _body(name: str, gives: int) -> bytes:
    number = [I32_CONST, int(name in ONES)] if gives else []
    no_locals = 0
    return sized(bytes([no_locals, *number, END]))


def _list(items: list[bytes]) -> bytes:
    return bytes([len(items)]) + b"".join(items)
