"""Makes a module that traps: the same one, but a callback is given a way into `unreachable`."""

from pathlib import Path

MAGIC = b"\0asm\1\0\0\0"
CUSTOM, IMPORT, EXPORT, CODE = 0, 2, 7, 10
FUNCTION = 0
UNREACHABLE, IF, END, LOCAL_GET, I32_CONST, I32_EQ, EMPTY = 0x00, 0x04, 0x0B, 0x20, 0x41, 0x46, 0x40


def trapping(module, export, parameter, value):
    """The module's bytes, with the exported function trapping whenever that parameter has that value.

    A binary module is a list of sections, each a list of entries (WebAssembly core specification, 5.5). The way in is
    put before the function's own code, where it changes neither depths of blocks nor indices.
    """
    sections = list(_sections(Path(module).read_bytes()))
    bodies = dict(sections)
    index = _exported(bodies[EXPORT], export) - _imported_functions(bodies[IMPORT])
    way_in = bytes([LOCAL_GET, parameter, I32_CONST, *_signed(value), I32_EQ, IF, EMPTY, UNREACHABLE, END])
    changed = [(kind, _with_prefix(body, index, way_in) if kind == CODE else body) for kind, body in sections]
    return MAGIC + b"".join(bytes([kind]) + sized(body) for kind, body in changed)


def _sections(module):
    assert module.startswith(MAGIC)
    at = len(MAGIC)
    while at < len(module):
        kind = module[at]
        size, start = _unsigned(module, at + 1)
        # Names and the like refer to code by its place.
        if kind != CUSTOM:
            yield kind, module[start : start + size]
        at = start + size


def _exported(section, name):
    count, at = _unsigned(section, 0)
    for _ in range(count):
        size, start = _unsigned(section, at)
        kind = section[start + size]
        index, at = _unsigned(section, start + size + 1)
        if (section[start : start + size], kind) == (name.encode(), FUNCTION):
            return index
    raise KeyError(name)


def _imported_functions(section):
    count, at = _unsigned(section, 0)
    for _ in range(count):
        for _ in ("module", "name"):
            size, at = _unsigned(section, at)
            at += size
        assert section[at] == FUNCTION, "the gate imports nothing but functions"
        _, at = _unsigned(section, at + 1)
    return count


def _with_prefix(section, index, prefix):
    count, at = _unsigned(section, 0)
    entries = []
    for _ in range(count):
        size, start = _unsigned(section, at)
        at = start + size
        entries.append(section[start:at])
    body = entries[index]
    groups, at = _unsigned(body, 0)
    for _ in range(groups):
        _, at = _unsigned(body, at)
        at += 1
    entries[index] = body[:at] + prefix + body[at:]
    return _leb(count) + b"".join(map(sized, entries))


def _unsigned(data, at):
    """LEB128: the number, and where it ends."""
    number = shift = 0
    while True:
        number |= (data[at] & 0x7F) << shift
        shift, at = shift + 7, at + 1
        if data[at - 1] < 0x80:
            return number, at


def _leb(number):
    encoded = bytearray()
    while number >= 0x80:
        encoded.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*encoded, number])


def _signed(number):
    """Of a number that isn't negative: its sixth bit must not look like a sign."""
    encoded = bytearray(_leb(number))
    if encoded[-1] & 0x40:
        encoded[-1] |= 0x80
        encoded.append(0)
    return encoded


def sized(data):
    return _leb(len(data)) + data
