"""What the rules look at: the project's own files, each read and parsed once."""

import ast
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parents[2]
SRC = "src/kervan/"


@dataclass(frozen=True)
class Finding:
    """One breach of one rule: where it is, and what to do instead."""

    rule: str
    path: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.rule}: {self.message}"


@dataclass(frozen=True)
class File:
    """One text file of the project, or a sample that stands for one."""

    path: str
    text: str

    @property
    def suffix(self) -> str:
        """The ending of the name with its dot, such as `.py`."""
        return PurePosixPath(self.path).suffix

    @property
    def place(self) -> str:
        """The path below `src/kervan/`, or an empty string for a file elsewhere."""
        return self.path.removeprefix(SRC) if self.path.startswith(SRC) else ""

    @cached_property
    def lines(self) -> list[str]:
        """The lines without their ends; line 1 is at index 0."""
        return self.text.splitlines()

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree of a Python file."""
        return ast.parse(self.text, self.path)

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """Every node of the syntax tree."""
        return list(ast.walk(self.tree))

    @cached_property
    def docstrings(self) -> set[int]:
        """The `id` of each constant that is a docstring: prose, whatever it looks like."""
        owners = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
        found = set()
        for node in self.nodes:
            if isinstance(node, owners) and node.body and isinstance(node.body[0], ast.Expr):
                found.add(id(node.body[0].value))
        return found

    def imports(self) -> Iterator[tuple[ast.Import | ast.ImportFrom, str]]:
        """Each import statement with the dotted name of a module or member it brings."""
        for node in self.nodes:
            if isinstance(node, ast.Import):
                for name in node.names:
                    yield node, name.name
            elif isinstance(node, ast.ImportFrom) and not node.level:
                for name in node.names:
                    yield node, f"{node.module}.{name.name}"


Rule = Callable[[File], Iterator[Finding]]


def dotted(node: ast.AST) -> str:
    """`a.b.c` for an attribute chain on a name; an unknown start is written as `?`."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else "?"


def inside(place: str, homes: tuple[str, ...]) -> bool:
    """Whether a place is one of the homes; a home that ends in `/` is a whole folder."""
    return any(place == home or (home.endswith("/") and place.startswith(home)) for home in homes)


def python(file: File) -> bool:
    """Whether the file is Python."""
    return file.suffix == ".py"


@cache
def paths() -> tuple[str, ...]:
    """Every file of the project that git tracks or would track, sorted."""
    # Whoever owns the clone: looking at our own files is safe.
    command = ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others"]
    listed = subprocess.run(
        [*command, "--exclude-standard"], cwd=ROOT, capture_output=True, check=True, text=True
    )
    names = sorted(set(listed.stdout.split("\0")) - {""})
    return tuple(name for name in names if (ROOT / name).is_file())


@cache
def files() -> tuple[File, ...]:
    """Every text file of the project; what is not UTF-8 is data, not text."""
    found = []
    for path in paths():
        raw = (ROOT / path).read_bytes()
        if b"\0" in raw[:8192]:
            continue
        found.append(File(path, raw.decode("utf-8")))
    return tuple(found)
