"""An index that leaves rows out serves only a statement that says it does not want them.

A list of people that is not known when the plan is made, or is longer than a hundred, does not say
so: such a plan read the whole table, and looked for each row in the list.
"""

import re
from pathlib import Path

from tests.house.tree import ROOT

SOURCE = ROOT / "src" / "kervan"

_INDEX = re.compile(
    r"create\s+(?:unique\s+)?index\s+\w+\s+on\s+(\w+)[^;]*where\s+(\w+)\s*<>\s*0", re.I
)
_STATEMENT = re.compile(r"^-- name: ", re.M)


def partial() -> set[tuple[str, str]]:
    """(table, column) of every index on rows where a column is not 0."""
    texts = [one.read_text() for one in SOURCE.glob("*/migrations/*.sql")]
    return {found for text in texts for found in _INDEX.findall(text)}


def statements() -> list[tuple[Path, str]]:
    """Every statement of every room, without those that make the tables."""
    files = [one for one in SOURCE.rglob("*.sql") if "migrations" not in one.parts]
    return [(one, text) for one in files for text in _STATEMENT.split(one.read_text())]


def unsaid(text: str, table: str, column: str) -> bool:
    """Whether a statement asks a table for a list of a column without saying that 0 is none."""
    if not re.search(rf"\b{table}\b", text):
        return False
    asked = re.findall(rf"((?:\w+\.)?{column}) = any\(", text)
    return any(f"{one} <> 0" not in text for one in asked)


def test_a_list_of_people_can_use_the_index() -> None:
    known = partial()
    assert ("session", "person") in known
    wrong = [
        f"{path.relative_to(SOURCE)}: {text.splitlines()[0]}: say {column} <> 0"
        for path, text in statements()
        for table, column in sorted(known)
        if unsaid(text, table, column)
    ]
    assert not wrong, "\n".join(wrong)


def test_one_that_does_not_say_so_is_seen() -> None:
    bare = "select 1 from session s where s.person = any(%(people)s)"
    assert unsaid(bare, "session", "person")
    assert not unsaid(bare + " and s.person <> 0", "session", "person")
