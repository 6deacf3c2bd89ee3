"""Every rule of the house, held against every file of the project."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.house import escapes, tree
from tests.house.rules import RULES, TREE_RULES


def refuse(found: Sequence[object]) -> None:
    """Fail with the findings a line each, ready to be clicked in a terminal."""
    if found:
        pytest.fail("\n".join(map(str, found)), pytrace=False)


@pytest.mark.parametrize("name", RULES)
def test_no_file_breaks_a_rule(name: str) -> None:
    found = [
        finding
        for file in tree.files()
        for finding in RULES[name](file)
        if not escapes.excused(file, finding)
    ]
    refuse(found)


@pytest.mark.parametrize("name", TREE_RULES)
def test_the_files_fit_together(name: str) -> None:
    by_path = {file.path: file for file in tree.files()}
    found = [
        finding
        for finding in TREE_RULES[name](tree.files())
        if not escapes.excused(by_path[finding.path], finding)
    ]
    refuse(found)


def test_every_escape_has_a_reason() -> None:
    names = {*RULES, *TREE_RULES}
    found = [finding for file in tree.files() for finding in escapes.unexplained(file, names)]
    refuse(found)


def test_escapes_only_fall() -> None:
    limits = escapes.allowed(Path(tree.ROOT / escapes.RATCHET).read_text(encoding="utf-8"))
    refuse(escapes.compare(escapes.count(tree.files()), limits))
    refuse(escapes.raised(limits, escapes.earlier_limits()))
