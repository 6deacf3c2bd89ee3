"""How much of the console a browser loads, as its build wrote it down."""

import json
from pathlib import Path

from kervan.web.pages import console

FOLDER = console.BUNDLE
_FIRST = ("index.html", "src/say/az.ts")


def first_load_bytes(folder: Path = FOLDER) -> int:
    """Scripts before the first page, gzipped, with one language's words."""
    parts = json.loads((folder / "manifest.json").read_text("utf-8"))
    return sum(_size(folder, parts[one]["file"]) for one in _with_imports(parts, *_FIRST))


def route_bytes(folder: Path = FOLDER) -> int:
    """What the heaviest page loads besides."""
    parts = json.loads((folder / "manifest.json").read_text("utf-8"))
    first = _with_imports(parts, *_FIRST)
    return max(
        sum(_size(folder, parts[part]["file"]) for part in _with_imports(parts, name) - first)
        for name, one in parts.items()
        if one.get("isDynamicEntry")
    )


def _with_imports(parts: dict[str, dict[str, list[str]]], *names: str) -> set[str]:
    wanted, loaded = list(names), set()
    while wanted:
        part = wanted.pop()
        if part not in loaded:
            loaded.add(part)
            wanted += parts[part].get("imports", [])
    return loaded


def _size(folder: Path, file: object) -> int:
    return (folder / f"{file}.gz").stat().st_size
