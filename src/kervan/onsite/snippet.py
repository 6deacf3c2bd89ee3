"""The built snippet as it is shipped: its versions, and the hash that a page pins it by."""

import base64
import hashlib
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

WORKER = "kervan-sw.js"
"""What a shop's service worker loads to show what is pushed."""
_NAME = re.compile(r"kervan-(\d+)\.(\d+)\.(\d+)\.js")


@dataclass(frozen=True, slots=True)
class Script:
    """One file; `integrity` is for the attribute of that name (SRI, W3C)."""

    name: str
    version: str
    body: bytes
    integrity: str


@cache
def versions() -> dict[str, Script]:
    """Every version that there is, by its file's name, the latest last.

    Old ones stay: a page that pins one by its hash would else be left without.
    """
    found = []
    for file in files(__package__).joinpath("static").iterdir():
        if name := _NAME.fullmatch(file.name):
            number = tuple(int(part) for part in name.groups())
            found.append((number, _script(file.name, ".".join(name.groups()), file.read_bytes())))
    return {script.name: script for _, script in sorted(found, key=lambda one: one[0])}


def latest() -> Script:
    """The newest version."""
    return [*versions().values()][-1]


@cache
def worker() -> Script:
    """The part of a service worker that shows what is pushed; a browser looks for news of it."""
    return _script(WORKER, "", files(__package__).joinpath("static", WORKER).read_bytes())


def tag(script: Script, base: str, key: str, rules_key: str, *, pinned: bool) -> str:
    """The element that a shop puts into its pages; a pinned one never changes by itself."""
    name = script.name if pinned else "kervan.js"
    more = f' integrity="{script.integrity}"' if pinned else ""
    return (
        f'<script defer src="{base}/onsite/{name}"{more} crossorigin="anonymous"'
        f' data-key="{key}" data-rules-key="{rules_key}"></script>'
    )


def _script(name: str, version: str, body: bytes) -> Script:
    hashed = base64.b64encode(hashlib.sha384(body).digest()).decode()
    return Script(name, version, body, f"sha384-{hashed}")
