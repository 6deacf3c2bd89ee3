"""What the pages tell a reader to type is there."""

import re
import subprocess
import sys

import pytest

from kervan.journeys import parse as journeys
from tests.house import tree
from tests.house.tree import ROOT

PAGES = [file for file in tree.files() if file.suffix == ".md"]


def typed(program: str) -> set[tuple[str, str]]:
    """Each page with each first word that it lets a reader type after `program`."""
    pattern = re.compile(rf"(?:^\$ .*?|`)(?:\S*/)?\b{program} ([a-z]+(?:-[a-z]+)*)\b", re.MULTILINE)
    return {(page.path, word) for page in PAGES for word in pattern.findall(page.text)}


def test_every_make_target_in_a_page_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    asked = typed("make")
    assert {"demo", "test", "setup", "check"} <= {word for _, word in asked}
    assert not [f"{page}: make {word}" for page, word in sorted(asked) if word not in targets]


def test_every_kervan_command_in_a_page_exists() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "kervan", "--help"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    commands = set(re.findall(r"^ {4}([a-z-]+) ", done.stdout, re.MULTILINE))
    asked = typed("kervan")
    assert "up" in {word for _, word in asked}
    missing = [f"{page}: kervan {word}" for page, word in sorted(asked) if word not in commands]
    if missing:
        pytest.fail("\n".join(missing), pytrace=False)


def test_help_names_every_target_a_reader_needs() -> None:
    done = subprocess.run(
        ["make", "--no-print-directory", "help"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    needed = ["setup", "check", "test", "peers", "demo", "bench", "crash", "sabotage", "lock"]
    assert [name for name in needed if f"make {name} " not in done.stdout] == []


def test_every_journey_in_a_page_is_one() -> None:
    texts = [
        block
        for page in PAGES
        for block in re.findall(r"^```yaml\n(journey:.*?)^```", page.text, re.MULTILINE | re.DOTALL)
    ]
    texts += [file.text for file in tree.files() if file.path.startswith("examples/")]
    assert len(texts) > 1
    for text in texts:
        assert journeys.parse(text).nodes
