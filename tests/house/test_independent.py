"""What judges Kervan from outside shares no code with it: references and simulators."""

import pytest

from tests.house import tree
from tests.house.tree import File

JUDGES = ("tests/reference/", "tests/simulators/")


def borrowed(file: File) -> list[str]:
    """What a judge's file imports beyond the standard library, packages and its own folder."""
    home = ".".join(file.path.split("/")[:2])
    return [
        name
        for _, name in file.imports()
        if name.split(".")[0] in {"kervan", "tests", "src"} and not name.startswith(f"{home}.")
    ]


@pytest.mark.parametrize("home", JUDGES)
def test_a_judge_borrows_nothing_from_the_judged(home: str) -> None:
    files = [one for one in tree.files() if one.path.startswith(home) and one.suffix == ".py"]
    assert files
    assert {one.path: found for one in files if (found := borrowed(one))} == {}


@pytest.mark.parametrize(
    "line", ["from kervan.consent import ledger", "import kervan", "from tests.unit import x"]
)
def test_borrowing_is_seen(line: str) -> None:
    assert borrowed(File("tests/simulators/iys/rules.py", f'"""A rule."""\n{line}\n'))
    fine = "from tests.simulators.iys import rules\nimport json\n"
    assert not borrowed(File("tests/simulators/iys/rules.py", f'"""A rule."""\n{fine}'))
