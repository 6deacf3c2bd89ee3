"""Rules about traces: no file names a machine or a registry's host, and the locks are whole."""

import posixpath
import re
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from tests.house.tree import File, Finding

# Written in pieces, so that this file does not name what it forbids.
_MACHINE = re.compile(
    r"(?<![\w.])/(?:wo" + r"rk|ro" + r"ot|Us" + r"ers)/[\w.]|(?<![\w.:/])/ho" + r"me/[a-z]\w*/"
    r"|\.lib" + r"rary\b/?|iss" + r"ues show\b"
)  # fmt: skip
_HOST = re.compile(
    r"py" + r"pi\.(?:org|python\.org)|pythonho" + r"sted\.org|npm" + r"js\.(?:org|com)"
    r"|deb\.deb" + r"ian\.org|security\.deb" + r"ian\.org"
    r"|yarn" + r"pkg\.com|proxy\.gol" + r"ang\.org"
)  # fmt: skip
_LINK = re.compile(r"\]\((?!\w+:|#)([^)#\s]+)")
_PINNED = re.compile(r"^[\w.\[\]-]+==[^\s=]+( ;.*)? \\$")
_HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}( \\)?$")


def machine_path(file: File) -> Iterator[Finding]:
    """No file names a path of one machine."""
    for number, line in enumerate(file.lines, 1):
        if _MACHINE.search(line):
            yield Finding("machine-path", file.path, number, "name no path of one machine")


def registry_host(file: File) -> Iterator[Finding]:
    """No file names a registry's host: whoever installs chooses where from."""
    for number, line in enumerate(file.lines, 1):
        if _HOST.search(line):
            yield Finding("registry-host", file.path, number, "name no registry's host")


def lock(file: File) -> Iterator[Finding]:
    """A lock file pins every package with hashes and holds nothing else."""
    if not re.fullmatch(r"requirements/\w+\.txt", file.path):
        return
    pinned = hashes = 0
    for number, line in enumerate(file.lines, 1):
        if _HASH.match(line):
            hashes += 1
            continue
        if pinned and not hashes:
            yield Finding("lock", file.path, number, "the package above has no hash")
        pinned, hashes = pinned + 1, 0
        if not _PINNED.match(line):
            yield Finding("lock", file.path, number, f"not a pinned package: {line[:60]}")
    if not hashes:
        yield Finding("lock", file.path, len(file.lines), "the last package has no hash")


def unmirrored(files: Iterable[File]) -> Iterator[Finding]:
    """A unit test lies in the room of its module: tests/unit/collect/test_intake.py for intake."""
    everything = tuple(files)
    modules = {file.place.removesuffix(file.suffix) for file in everything if file.place}
    modules |= {str(parent) for path in modules for parent in PurePosixPath(path).parents}
    for file in everything:
        match = re.fullmatch(r"tests/unit/(.*/)?test_(\w+)\.py", file.path)
        if match:
            folder, name = match.group(1) or "", match.group(2)
            if not any(m.startswith(folder) and m.split("/")[-1] == name for m in modules):
                message = f"no module {name} in {folder} to test; name the test after one"
                yield Finding("unmirrored", file.path, 1, message)


def links(files: Iterable[File]) -> Iterator[Finding]:
    """A link in a page leads to a file that is there."""
    everything = tuple(files)
    there = {file.path for file in everything}
    folders = {str(parent) for path in there for parent in PurePosixPath(path).parents}
    for file in everything:
        for number, line in enumerate(file.lines if file.suffix == ".md" else (), 1):
            for target in _LINK.findall(line):
                path = posixpath.normpath(posixpath.join(posixpath.dirname(file.path), target))
                if path not in there | folders:
                    yield Finding("links", file.path, number, f"{target} is not there")
