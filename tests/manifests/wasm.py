"""The imports and exports of a WebAssembly module (core specification, section 5.5)."""

import pathlib

IMPORT, EXPORT, FUNCTION = 2, 7, 0


class _Reader:
    def __init__(self, data: bytes):
        self._data, self._at = data, 0

    def more(self) -> bool:
        return self._at < len(self._data)

    def take(self, size: int) -> bytes:
        self._at += size
        return self._data[self._at - size : self._at]

    def number(self) -> int:
        """Unsigned LEB128."""
        value = shift = 0
        while True:
            byte = self.take(1)[0]
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    def name(self) -> str:
        return self.take(self.number()).decode()


def _sections(module: pathlib.Path) -> dict[int, _Reader]:
    reader = _Reader(module.read_bytes())
    assert reader.take(8) == b"\0asm\1\0\0\0"
    found = {}
    while reader.more():
        kind = reader.take(1)[0]
        found[kind] = _Reader(reader.take(reader.number()))
    return found


def imported_functions(module: pathlib.Path) -> set[tuple[str, str]]:
    """Module and name of each. An import of another kind is none that this module has."""
    section = _sections(module)[IMPORT]
    found = set()
    for _ in range(section.number()):
        found.add((section.name(), section.name()))
        assert section.take(1)[0] == FUNCTION
        section.number()
    return found


def exported_functions(module: pathlib.Path) -> set[str]:
    section = _sections(module)[EXPORT]
    exports = [(section.name(), section.take(1)[0], section.number()) for _ in range(section.number())]
    return {name for name, kind, _ in exports if kind == FUNCTION}
