"""Archives whose bytes follow from what is in them: sorted, of one time, of nobody."""

import gzip
import io
import pathlib
import tarfile
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class File:
    """A file of an archive. Its mode is 644, or 755 if it can be run."""

    name: str
    data: bytes
    runs: bool = False


def below(folder: pathlib.Path, prefix: str) -> list[File]:
    """All files of a folder, by names that begin with the prefix."""
    found = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return [File(f"{prefix}/{path.relative_to(folder).as_posix()}", path.read_bytes()) for path in found]


def tar(files: Iterable[File], time: int) -> bytes:
    """A tar of them, in the order of their names. The format is the one of POSIX 1988, in which nothing is optional."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for file in sorted(files):
            entry = tarfile.TarInfo(file.name)
            entry.size, entry.mtime = len(file.data), time
            entry.mode = 0o755 if file.runs else 0o644
            archive.addfile(entry, io.BytesIO(file.data))
    return out.getvalue()


def gzipped(data: bytes) -> bytes:
    """Without a name and a time. The bytes depend on Python's zlib: another one may pack in another way."""
    return gzip.compress(data, compresslevel=9, mtime=0)
