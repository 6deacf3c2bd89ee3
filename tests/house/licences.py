"""The licence of each installed package Kervan stands on, against an allow-list."""

import re
import tomllib
from dataclasses import dataclass
from email.message import Message
from importlib import metadata

from packaging.requirements import Requirement

from tests.house.tree import ROOT

_CLASSIFIERS = {
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "MIT No Attribution License (MIT-0)": "MIT-0",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
    "The Unlicense (Unlicense)": "Unlicense",
}
_FREE_TEXT = {
    "apache 2": "Apache-2.0", "apache 2.0": "Apache-2.0", "apache license 2.0": "Apache-2.0",
    "apache license, version 2.0": "Apache-2.0", "bsd": "BSD-3-Clause",
    "bsd license": "BSD-3-Clause", "mit license": "MIT", "mpl 2.0": "MPL-2.0", "psf": "PSF-2.0",
    "dual license": "",
}  # fmt: skip


@dataclass(frozen=True)
class Allowed:
    """The allow-list: licences, exceptions (package to licence) and readings by hand."""

    licences: frozenset[str]
    exceptions: dict[str, str]
    read: dict[str, str]


def allow_list(text: str) -> Allowed:
    """Read licences.toml; an exception without a reason is no exception."""
    table = tomllib.loads(text)
    excepted = {
        name: entry["licence"] for name, entry in table["exceptions"].items() if entry["reason"]
    }
    return Allowed(frozenset(table["allowed"]), excepted, table["read"])


def closure(roots: list[str]) -> list[str]:
    """The installed packages that `roots` need, directly or not, by plain name, sorted."""
    found: set[str] = set()
    open_ends = [Requirement(root) for root in roots]
    while open_ends:
        wanted = open_ends.pop()
        name = plain(wanted.name)
        key = f"{name}{sorted(wanted.extras)}"
        if key in found:
            continue
        try:
            needs = metadata.requires(name) or []
        except metadata.PackageNotFoundError:
            continue  # not needed on this platform: the lock says what is
        found.add(key)
        for text in needs:
            need = Requirement(text)
            extras = wanted.extras or {""}
            if need.marker is None or any(need.marker.evaluate({"extra": e}) for e in extras):
                open_ends.append(need)
    return sorted({key.split("[")[0] for key in found})


def declared(group: str) -> list[str]:
    """The requirements of the project itself (`project`) or of one dependency group."""
    table = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = table["dependency-groups"][group] if group != "project" else None
    return list(wanted or table["project"]["dependencies"])


def licence(package: Message) -> str:
    """The licence in a package's metadata as an SPDX expression, or as little as it says."""
    expression = package.get("License-Expression")
    if expression:
        return str(expression)
    classified = [
        _CLASSIFIERS.get(line.split(" :: ")[-1], line.split(" :: ")[-1])
        for line in package.get_all("Classifier", [])
        if line.startswith("License :: ")
        and not line.endswith(("OSI Approved", "DFSG approved"))  # approved, but which it is?
    ]
    said = str(package.get("License") or "").strip()
    said = _FREE_TEXT.get(said.lower(), said) if "\n" not in said else ""
    if classified:
        # Several classifiers offer a choice only where the text says so; else all of them hold.
        return " AND ".join(sorted(set(classified)))
    return said


def acceptable(expression: str, allowed: frozenset[str]) -> bool:
    """Whether an SPDX expression can be met with the allowed licences.

    An exception clause (`WITH …`) only ever gives more freedom, so it is dropped.
    """
    words = re.findall(r"[()]|[\w.+-]+", re.sub(r"\bWITH\s+[\w.-]+", "", expression))
    python = " ".join(
        {"AND": "and", "OR": "or", "(": "(", ")": ")"}.get(word.upper(), str(word in allowed))
        for word in words
    )
    if not re.fullmatch(r"(?:True|False|and|or|[() ])+", python):
        return False
    try:
        return bool(eval(python, {"__builtins__": {}}))
    except SyntaxError:
        return False


def refused(name: str, expression: str, allowed: Allowed) -> str:
    """Why a package may not be used, or an empty string."""
    expression = allowed.read.get(name, expression)
    if not expression:
        return f"{name} does not say its licence: read it, then name it in licences.toml"
    if acceptable(expression, allowed.licences) or allowed.exceptions.get(name) == expression:
        return ""
    return f"{name} is under {expression}, which licences.toml does not allow"


def plain(name: str) -> str:
    """The name of a package as registries compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()
