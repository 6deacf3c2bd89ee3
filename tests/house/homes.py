"""Rules that give a power one home: SQL, transactions, clock, chance, environment, printing."""

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache

from tests.house.tree import ROOT, File, Finding, dotted, inside, python

CLOCK_HOME = ("kernel/clock.py",)
RANDOM_HOME = ("kernel/ids.py",)
ENVIRON_HOME = ("kernel/config.py",)
PRINT_HOMES = ("cli/__init__.py", "kernel/log.py", "demo/", "bench/")
SQL_HOMES = ("kernel/", "segments/compile/")

_OBJECT = r"(table|index|unique|schema|database|type|view|dictionary|function|role|user|sequence)\b"
_SQL = re.compile(
    r"\s*(--[^\n]*\n\s*)*("
    r"(select|SELECT)\s|insert\s+into\s|update\s+\S+(\s+(as\s+)?\w+)?\s+set\s|delete\s+from\s"
    r"|truncate\s+\S|copy\s+\S+.*\s(from|to)\s|with\s+(recursive\s+)?\w+\s*(\(.*?\)\s*)?as\s*\("
    r"|(create|alter|drop)\s+(or\s+replace\s+)?((un)?logged\s+|temp(orary)?\s+)?" + _OBJECT +
    r"|lock\s+table\s|(un)?listen\s+\S+$|notify\s+\S+|optimize\s+table|set\s+(local|search_path)\s"
    r")",
    re.IGNORECASE | re.DOTALL,
)  # fmt: skip
_SQL_CLOCK = re.compile(
    r"\b(now|clock_timestamp|statement_timestamp|now64|today|yesterday|timeofday)\s*\("
    r"|\bcurrent_(timestamp|date|time)\b|\blocaltime(stamp)?\b",
    re.IGNORECASE,
)


def sql_home(file: File) -> Iterator[Finding]:
    """SQL is in .sql files, store.py, the segment compiler and the kernel, and nowhere else."""
    if not python(file) or not file.place or inside(file.place, SQL_HOMES):
        return
    if file.place.endswith("/store.py"):
        return
    for node in file.nodes:
        if isinstance(node, ast.Constant | ast.JoinedStr) and id(node) not in file.docstrings:
            text = _said(node)
            if _SQL.match(text) and not re.match(r"\s*Select\s", text):
                message = "put the statement into a .sql file beside the module"
                yield Finding("sql-home", file.path, node.lineno, message)


def _said(node: ast.Constant | ast.JoinedStr) -> str:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    return "".join(_said(part) if isinstance(part, ast.Constant) else "x" for part in node.values)


def sql_clock(file: File) -> Iterator[Finding]:
    """SQL is told the time by a parameter: time is a column, not a side effect."""
    if file.suffix != ".sql":
        return
    for number, line in enumerate(file.lines, 1):
        if _SQL_CLOCK.search(line.split("--")[0]):
            message = "pass the time as a parameter"
            yield Finding("sql-clock", file.path, number, message)


def edge(file: File) -> Iterator[Finding]:
    """Transactions open and commit at the edge: the files that edges.toml names, with reasons."""
    if not python(file) or not file.place or inside(file.place, edges()):
        return
    for node in file.nodes:
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        alone = any(
            key.arg == "autocommit" and isinstance(key.value, ast.Constant) and key.value.value
            for key in node.keywords
        )
        if name in {"commit", "rollback", "transaction"} or alone:
            message = f"{name or 'autocommit'}: only an edge ends a transaction (edges.toml)"
            yield Finding("edge", file.path, node.lineno, message)


@cache
def edges() -> tuple[str, ...]:
    """The places, below `src/kervan/`, that own their transactions."""
    text = (ROOT / "tests/house/edges.toml").read_text(encoding="utf-8")
    return tuple(tomllib.loads(text)["edges"])


def clock_home(file: File) -> Iterator[Finding]:
    """Only kernel/clock.py reads the clock or waits for it."""
    if not python(file) or not file.place or inside(file.place, CLOCK_HOME):
        return
    for node, name in file.imports():
        if name.split(".")[0] == "time":
            yield Finding("clock-home", file.path, node.lineno, "ask kervan.kernel.clock")
    for call in file.nodes:
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
            owner, name = dotted(call.func.value).split(".")[-1], call.func.attr
            reads = name in {"now", "utcnow", "today"} and owner in {"datetime", "date"}
            if reads or (name == "time" and "loop" in ast.dump(call.func.value).lower()):
                yield Finding("clock-home", file.path, call.lineno, "ask kervan.kernel.clock")


def random_home(file: File) -> Iterator[Finding]:
    """Only kernel/ids.py makes chance, so that a run can be repeated."""
    if not python(file) or not file.place or inside(file.place, RANDOM_HOME):
        return
    message = "chance comes from kervan.kernel.ids"
    for node, name in file.imports():
        if re.match(r"(random|secrets|numpy\.random)(\.|$)|os\.urandom$|uuid\.uuid[14]$", name):
            yield Finding("random-home", file.path, node.lineno, message)
    for found in file.nodes:
        if isinstance(found, ast.Attribute) and re.fullmatch(
            r"os\.urandom|uuid\.uuid[14]|(np|numpy)\.random", dotted(found)
        ):
            yield Finding("random-home", file.path, found.lineno, message)


def environ_home(file: File) -> Iterator[Finding]:
    """Only kernel/config.py reads the environment."""
    if not python(file) or not file.place or inside(file.place, ENVIRON_HOME):
        return
    message = "settings come from kervan.kernel.config"
    for node, name in file.imports():
        if re.fullmatch(r"os\.(environb?|getenv|putenv)", name):
            yield Finding("environ-home", file.path, node.lineno, message)
    for found in file.nodes:
        if isinstance(found, ast.Attribute) and re.fullmatch(
            r"os\.(environb?|getenv|putenv|unsetenv)", dotted(found)
        ):
            yield Finding("environ-home", file.path, found.lineno, message)


def print_home(file: File) -> Iterator[Finding]:
    """Only the command line, the log and the reporters write to the terminal."""
    if not python(file) or not file.place or inside(file.place, PRINT_HOMES):
        return
    message = "log with kervan.kernel.log; only cli, demo and bench speak to a terminal"
    for node in file.nodes:
        shown = dotted(node.func) if isinstance(node, ast.Call) else dotted(node)
        if shown in {"print", "sys.stdout", "sys.stderr"} and isinstance(
            node, ast.Call | ast.Attribute
        ):
            yield Finding("print-home", file.path, node.lineno, message)
    for imported, name in file.imports():
        if name.split(".")[0] == "logging":
            yield Finding("print-home", file.path, imported.lineno, message)
