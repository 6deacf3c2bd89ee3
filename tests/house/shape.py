"""Rules about shape: short files, short functions, a sentence at every door, telling names."""

import ast
from collections.abc import Iterator
from pathlib import PurePosixPath

from tests.house.tree import File, Finding, python

FILE_LINES = 400
FUNCTION_LINES = 60
GENERATED = {"console/src/api/schema.d.ts"}  # as long as the API is; nobody reads it
CODE = {".py", ".sql", ".js", ".mjs", ".ts", ".tsx", ".css", ".sh"}
EMPTY_NAMES = {"service", "manager", "util", "helper", "common", "misc", "base"}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def file_length(file: File) -> Iterator[Finding]:
    """A file has at most 400 lines."""
    if file.path in GENERATED:
        return
    if file.suffix in CODE and len(file.lines) > FILE_LINES:
        count = len(file.lines)
        yield Finding("file-length", file.path, 1, f"{count} lines; split it at {FILE_LINES}")


def function_length(file: File) -> Iterator[Finding]:
    """A function has at most 60 lines, from `def` to its end."""
    if not python(file):
        return
    for node in file.nodes:
        if isinstance(node, Function):
            count = (node.end_lineno or node.lineno) - node.lineno + 1
            if count > FUNCTION_LINES:
                message = f"{node.name} has {count} lines; split it at {FUNCTION_LINES}"
                yield Finding("function-length", file.path, node.lineno, message)


def module_sentence(file: File) -> Iterator[Finding]:
    """A module opens with one sentence on what it is for."""
    if not python(file):
        return
    text = ast.get_docstring(file.tree) or ""
    first = text.split("\n\n")[0].replace("\n", " ").strip()
    if not first:
        message = "open the module with one sentence that says what it is for"
    elif not first.endswith((".", "!", "?")):
        message = "the first paragraph is one sentence and ends with a full stop"
    elif ". " in first.replace("e.g. ", "").replace("i.e. ", ""):
        message = "say it in one sentence; more goes into a second paragraph"
    else:
        return
    yield Finding("module-sentence", file.path, 1, message)


def module_name(file: File) -> Iterator[Finding]:
    """A name says what is done, never where things are put away."""
    parts = PurePosixPath(file.path.removesuffix(file.suffix)).parts
    for part in parts if file.suffix in CODE else ():
        for word in part.lower().replace("-", "_").split("_"):
            if word in EMPTY_NAMES or word.removesuffix("s") in EMPTY_NAMES:
                message = f"“{part}” says nothing; name the file after what it does"
                yield Finding("module-name", file.path, 1, message)


def public_docstring(file: File) -> Iterator[Finding]:
    """What others may call says what it takes and gives: shapes, units, errors."""
    if not python(file) or not file.place:
        return
    for node in file.tree.body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield from _undocumented(file, node)
            for inner in node.body:
                if isinstance(inner, Function) and not _is_property(inner):
                    yield from _undocumented(file, inner)
        elif isinstance(node, Function):
            yield from _undocumented(file, node)


def _undocumented(file: File, node: Function | ast.ClassDef) -> Iterator[Finding]:
    if not node.name.startswith("_") and not ast.get_docstring(node):
        message = f"{node.name} is public: say what it takes and gives, with units and errors"
        yield Finding("public-docstring", file.path, node.lineno, message)


def _is_property(node: Function) -> bool:
    return any(isinstance(mark, ast.Name) and mark.id == "property" for mark in node.decorator_list)
