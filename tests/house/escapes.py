"""The escapes from the rules: each has a reason, all are counted, and the counts only fall."""

import re
import subprocess
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator

from tests.house.tree import ROOT, File, Finding

RATCHET = "tests/house/escapes.toml"
# An escape from ruff, mypy or the formatter is an escape all the same.
_OURS = re.compile(r"(?:#|--|//) house: ([\w-]+)(?: — (\S.*))?")
_THEIRS = re.compile(r"# (noqa|type: ignore|pragma: no cover)\b")


def excused(file: File, finding: Finding) -> bool:
    """Whether the line of a finding, or the one above it, carries the escape from its rule."""
    near = range(max(finding.line - 2, 0), finding.line)
    if finding.line == 1:  # a finding about the whole file: the escape stands near its top
        near = range(12)
    for index in near:
        found = _OURS.search(file.lines[index]) if index < len(file.lines) else None
        if found and found.group(1) == finding.rule and found.group(2):
            return True
    return False


def unexplained(file: File, rules: Iterable[str]) -> Iterator[Finding]:
    """An escape names a rule of the house and gives its reason."""
    for number, line in enumerate(file.lines, 1):
        for found in _OURS.finditer(line) if _counted(file) else ():
            if found.group(1) not in rules:
                message = f"there is no rule “{found.group(1)}”"
            elif not found.group(2):
                message = "an escape says why: # house: <rule> — <reason>"
            else:
                continue
            yield Finding("unexplained", file.path, number, message)


def count(files: Iterable[File]) -> dict[str, int]:
    """How many escapes from each rule the files hold."""
    counted: Counter[str] = Counter()
    for file in files:
        if not _counted(file):
            continue
        for line in file.lines:
            counted.update(found.group(1) for found in _OURS.finditer(line))
            counted.update(found.group(1).replace(": ", "-") for found in _THEIRS.finditer(line))
    return dict(sorted(counted.items()))


def _counted(file: File) -> bool:
    # The house and the pages about it talk of escapes without being any.
    return file.suffix != ".md" and not file.path.startswith("tests/house/")


def allowed(text: str) -> dict[str, int]:
    """The counts a ratchet file allows."""
    return {rule: int(number) for rule, number in tomllib.loads(text)["escapes"].items()}


def compare(counted: dict[str, int], limits: dict[str, int]) -> list[str]:
    """What is wrong between the escapes there are and those allowed."""
    wrong = []
    for rule in sorted(counted.keys() | limits.keys()):
        there, limit = counted.get(rule, 0), limits.get(rule, 0)
        if there > limit:
            wrong.append(f"{rule}: {there} escapes, {limit} allowed; mend the new one")
        elif there < limit:
            wrong.append(f"{rule}: only {there} escapes are left; write that into {RATCHET}")
    return wrong


def raised(limits: dict[str, int], earlier: Iterable[dict[str, int]]) -> list[str]:
    """Which limits are higher than in an earlier version of the ratchet file."""
    return sorted(
        {
            f"{rule}: {limit} now, {old.get(rule, 0)} before; a count may only fall"
            for old in earlier
            for rule, limit in limits.items()
            if limit > old.get(rule, 0)
        }
    )


def earlier_limits() -> list[dict[str, int]]:
    """The ratchet file as committed before, newest first; none outside a git clone."""
    versions = subprocess.run(
        ["git", "-c", "safe.directory=*", "log", "-n", "20", "--format=%H", "--", RATCHET],
        cwd=ROOT, capture_output=True, text=True, check=False,
    ).stdout.split()  # fmt: skip
    found = []
    for version in versions:
        shown = subprocess.run(
            ["git", "-c", "safe.directory=*", "show", f"{version}:{RATCHET}"],
            cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if shown.returncode == 0:
            found.append(allowed(shown.stdout))
    return found
