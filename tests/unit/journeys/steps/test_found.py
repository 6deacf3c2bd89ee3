"""A step is found by its file, and shown in the how-to by a snippet that is right."""

import re
import textwrap
from pathlib import Path

import pytest

from kervan.journeys import parse
from kervan.journeys.steps import KINDS, found
from kervan.journeys.steps.step import Step
from kervan.journeys.steps.wait import Wait
from kervan.kernel.i18n import LOCALES

HOW_TO = Path(__file__).parents[4] / "docs" / "how-to" / "journey-steps.md"
SNIPPETS = re.findall(r"```yaml\n(.*?)```", HOW_TO.read_text(encoding="utf-8"), re.DOTALL)


def test_a_step_is_found_by_its_file() -> None:
    assert KINDS["wait"] is Wait
    assert found.kinds() == KINDS
    assert all(one.kind == kind for kind, one in KINDS.items())
    assert "" not in KINDS


def steps(snippet: str) -> list[Step]:
    """The step of a snippet, with an end for its ways, as a journey that is right."""
    head = "journey:\n  key: shown\n  name: Shown\n  trigger: {event: Signed Up}\n  steps:\n"
    end = "- {key: end, kind: exit}\n"
    leads = "kind: exit" not in snippet and "kind: go_to" not in snippet
    text = head + textwrap.indent(snippet + (end if leads else ""), "    ")
    nodes = parse.parse(text).nodes
    return [one.step for one in nodes]


@pytest.mark.parametrize("snippet", SNIPPETS, ids=lambda one: one.split("kind: ")[1].split(",")[0])
def test_a_snippet_of_the_how_to_is_right(snippet: str) -> None:
    for step in steps(snippet):
        said = {locale: step.describe(locale) for locale in LOCALES}
        assert len(set(said.values())) == 3
        for sentence in said.values():
            assert sentence.endswith(".")
            assert not re.search(r"\{[a-z_]+\}|journeys\.", sentence), sentence


def test_the_how_to_shows_every_kind() -> None:
    shown = {kind for snippet in SNIPPETS for kind in re.findall(r"kind: (\w+)", snippet)}
    assert set(KINDS) <= shown
