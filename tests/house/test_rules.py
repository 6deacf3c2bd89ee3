"""The rules are tried on samples: what must be caught is caught, what is right passes."""

import pytest

from tests.house import escapes, texts, traces
from tests.house.rules import RULES
from tests.house.samples import BAD, DOC, GOOD, ROOM, WORDS
from tests.house.tree import File, Finding


def cases(samples: dict[str, list[File]]) -> list[object]:
    """One parameter set a sample, called after its rule."""
    return [pytest.param(rule, s, id=rule) for rule, some in samples.items() for s in some]


@pytest.mark.parametrize(("rule", "sample"), cases(BAD))
def test_what_breaks_a_rule_is_caught(rule: str, sample: File) -> None:
    found = list(RULES[rule](sample))
    assert found
    assert {finding.rule for finding in found} == {rule}
    assert all(1 <= finding.line <= max(len(sample.lines), 1) for finding in found)


@pytest.mark.parametrize(("rule", "sample"), cases(GOOD))
def test_what_keeps_a_rule_passes(rule: str, sample: File) -> None:
    assert not list(RULES[rule](sample))


def test_every_rule_has_been_seen_to_fail() -> None:
    assert BAD.keys() == RULES.keys()
    assert GOOD.keys() == RULES.keys()


def words(*keys: str, text: str = "x") -> File:
    """A words.toml with these keys."""
    return File(WORDS, "".join(f'["{k}"]\nen="{text}"\ntr="{text}"\naz="{text}"\n' for k in keys))


@pytest.mark.parametrize(
    "call",
    ['KervanError("room.b")', 'errors.KervanError("room.b", 404)', 'i18n.say("room.b", "tr")'],
)
def test_a_code_without_a_sentence_is_caught(call: str) -> None:
    found = list(texts.codes([words("room.a"), File(ROOM, f"{DOC}x = {call}\n")]))
    assert [finding.line for finding in found] == [2]


def test_a_sentence_that_is_not_told_its_facts_is_caught() -> None:
    told = File(ROOM, f'{DOC}raise KervanError("room.a", 400, name=1)\n')
    untold = File(ROOM, f'{DOC}raise KervanError("room.a", 400)\n')
    assert not list(texts.codes([words("room.a", text="{name}"), told]))
    assert list(texts.codes([words("room.a", text="{name}"), untold]))


def test_a_unit_test_of_nothing_is_caught() -> None:
    module = File("src/kervan/room/act.py", DOC)
    assert not list(traces.unmirrored([module, File("tests/unit/room/test_act.py", DOC)]))
    assert list(traces.unmirrored([module, File("tests/unit/room/test_other.py", DOC)]))
    assert list(traces.unmirrored([module, File("tests/unit/other/test_act.py", DOC)]))
    deeper = File("src/kervan/room/part/do.py", DOC)
    assert not list(traces.unmirrored([deeper, File("tests/unit/room/test_do.py", DOC)]))


def test_a_link_to_nowhere_is_caught() -> None:
    page = File("docs/a.md", "[b](how-to/b.md) [out](https://shop.example/x) [top](#top)\n")
    assert not list(traces.links([page, File("docs/how-to/b.md", "")]))
    assert list(traces.links([page]))


def test_an_escape_with_a_reason_excuses_its_own_rule_only() -> None:
    escape = "# house: clock-home — the clock itself is measured here"
    file = File(ROOM, f"{DOC}import time  {escape}\n")
    assert escapes.excused(file, Finding("clock-home", ROOM, 2, ""))
    assert not escapes.excused(file, Finding("random-home", ROOM, 2, ""))
    bare = File(ROOM, f"{DOC}import time  # house: clock-home\n")
    assert not escapes.excused(bare, Finding("clock-home", ROOM, 2, ""))
    far = File(ROOM, f"{DOC}{escape}\nx = 1\nimport time\n")
    assert not escapes.excused(far, Finding("clock-home", ROOM, 4, ""))


@pytest.mark.parametrize("escape", ["# house: clock-home", "# house: no-such-rule — because"])
def test_an_escape_without_reason_or_rule_is_caught(escape: str) -> None:
    assert list(escapes.unexplained(File(ROOM, f"{DOC}x = 1  {escape}\n"), RULES))


def test_escapes_are_counted_and_held() -> None:
    noqa = "# no" + "qa: S101"
    file = File(ROOM, f"{DOC}x = 1  # house: edge — a reason\ny = 2  {noqa}\n")
    assert escapes.count([file]) == {"edge": 1, "noqa": 1}
    assert not escapes.compare({"edge": 1}, {"edge": 1})
    assert escapes.compare({"edge": 2}, {"edge": 1})
    assert escapes.compare({"edge": 1}, {"edge": 2})
    assert escapes.compare({"new": 1}, {"edge": 0})


def test_a_count_may_not_be_raised_in_the_ratchet_file() -> None:
    assert not escapes.raised({"edge": 1}, [{"edge": 2}])
    assert escapes.raised({"edge": 2}, [{"edge": 3}, {"edge": 1}])
    assert escapes.raised({"new": 1}, [{"edge": 1}])
