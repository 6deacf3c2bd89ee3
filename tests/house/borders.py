"""Rules about what may be imported where; import-linter holds the order of the rooms themselves."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import packages_distributions

from tests.house.tree import ROOT, File, Finding, dotted, inside, python

FRAMEWORK = {"fastapi", "starlette", "uvicorn", "pydantic", "sse_starlette"}
ASYNC_HOMES = (
    "app.py", "web/", "collect/intake.py", "delivery/", "engines/", "demo/", "bench/",
    "kernel/postgres.py", "kernel/http.py",
)  # fmt: skip
# Where a file is enough to be there (docs/decisions/a-provider-is-found-by-its-file.md).
BY_NAME = (
    "delivery/channels/found.py", "journeys/effects/found.py", "journeys/steps/found.py",
)  # fmt: skip
# A provider or a step knows the protocol it fulfils and the kernel, nothing of its neighbours.
NARROW = {
    "delivery/channels/": ("kervan.kernel", "kervan.delivery.channels"),
    "journeys/steps/": (
        "kervan.kernel", "kervan.journeys.steps", "kervan.journeys.duration",
        "kervan.journeys.match", "kervan.journeys.rule",
        "kervan.segments.zones", "kervan.segments.columns",
    ),
    "connectors/": ("kervan.kernel", "kervan.connectors"),
}  # fmt: skip


def hidden_import(file: File) -> Iterator[Finding]:
    """Imports stand at the top of the module, where a reader and import-linter see them."""
    if not python(file):
        return
    for node in file.nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for inner in ast.walk(node):
                if isinstance(inner, ast.Import | ast.ImportFrom):
                    message = f"import inside {node.name}; move it to the top of the module"
                    yield Finding("hidden-import", file.path, inner.lineno, message)
        by_name = isinstance(node, ast.Call) and not inside(file.place, BY_NAME)
        if by_name and isinstance(node, ast.Call) and dotted(node.func) in {
            "importlib.import_module", "import_module", "__import__",
        }:  # fmt: skip
            message = "imports by name hide who needs whom; write the import"
            yield Finding("hidden-import", file.path, node.lineno, message)


def type_checking(file: File) -> Iterator[Finding]:
    """No import is there for the type checker alone: it hides a cycle."""
    for node in file.nodes if python(file) else ():
        if dotted(node).split(".")[-1] == "TYPE_CHECKING":
            message = "a type-only import hides a cycle; move the type down a layer"
            yield Finding("type-checking", file.path, getattr(node, "lineno", 1), message)


def web_framework(file: File) -> Iterator[Finding]:
    """Only `web/` knows the web framework."""
    if not python(file) or not file.place or inside(file.place, ("web/",)):
        return
    for node, name in file.imports():
        if name.split(".")[0] in FRAMEWORK:
            message = f"{name.split('.')[0]} is known in web/ only"
            yield Finding("web-framework", file.path, node.lineno, message)


def narrow(file: File) -> Iterator[Finding]:
    """A channel, a step or a connector imports its protocol and the kernel only."""
    for home, allowed in NARROW.items():
        if not python(file) or not inside(file.place, (home,)):
            continue
        for node, name in file.imports():
            ours = name == "kervan" or name.startswith("kervan.")
            if ours and not any(name == a or name.startswith(a + ".") for a in allowed):
                message = f"{name}: here only the protocol and the kernel are known"
                yield Finding("narrow", file.path, node.lineno, message)


def colour(file: File) -> Iterator[Finding]:
    """Domain code is plain functions; only the HTTP edge and the senders are async."""
    if not python(file) or not file.place or inside(file.place, ASYNC_HOMES):
        return
    for node in file.nodes:
        if isinstance(node, ast.AsyncFunctionDef):
            message = f"{node.name} is async; domain code is synchronous"
            yield Finding("colour", file.path, node.lineno, message)


def no_mocks(file: File) -> Iterator[Finding]:
    """Tests run the real thing: a mock of our own code proves the mock."""
    if not python(file) or not file.path.startswith("tests/"):
        return
    for node, name in file.imports():
        if name.startswith(("unittest.mock", "mock.", "pytest_mock")) or name == "mock":
            message = "use the real thing, or a small fake of the outside system"
            yield Finding("no-mocks", file.path, node.lineno, message)
    for call in file.nodes:
        if isinstance(call, ast.Call) and dotted(call.func) == "monkeypatch.setattr":
            message = "replacing code proves the replacement; pass what differs as an argument"
            yield Finding("no-mocks", file.path, call.lineno, message)


def declared(file: File) -> Iterator[Finding]:
    """What is imported is named in pyproject.toml, so that the lock holds it."""
    if not python(file) or not file.path.startswith(("src/", "tests/", "tools/")):
        return
    known = _declared("project") | (set() if file.place else _declared("dev") | {"tools"})
    for node, name in file.imports():
        top = name.split(".")[0]
        if top in sys.stdlib_module_names or top in {"kervan", "tests", "__future__"}:
            continue
        makers = {_plain(maker) for maker in _makers().get(top, [top])}
        if not makers & known:
            message = f"{top} is not named in pyproject.toml; add it, then `make lock`"
            yield Finding("declared", file.path, node.lineno, message)


@cache
def _makers() -> dict[str, list[str]]:
    return dict(packages_distributions())


@cache
def _declared(where: str) -> frozenset[str]:
    table = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = {"project": table["project"]["dependencies"], **table["dependency-groups"]}
    return frozenset(_plain(re.split(r"[\[<>=!~; ]", entry)[0]) for entry in groups[where])


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
