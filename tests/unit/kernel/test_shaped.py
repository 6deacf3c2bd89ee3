"""Plain data as structs: what is wrong is said with its place, and what may stand there."""

import pytest

from kervan.content.brand.definition import Guide
from kervan.delivery.policy.definition import Cap, Policy, Quiet
from kervan.kernel.shaped import NotValid, Problem, allowed, listed, schema, shaped, shown


def test_what_may_stand_at_a_place() -> None:
    assert allowed(Quiet, ["blocked"]) == "hold, next, skip"
    assert allowed(Quiet, ["from"]) == "09:00, 22:00, …"
    assert allowed(Quiet, ["channels"]) == "[…]"
    assert allowed(Quiet, []) == "{…}"


@pytest.mark.parametrize(
    ("given", "code", "path"),
    [
        ({"name": "a", "most": -1, "per": "day"}, "delivery.policy_unfit", "/x/most"),
        ({"name": "a", "per": "day"}, "delivery.policy_missing", "/x"),
        ({"name": "a", "most": 1, "per": "day", "mots": 2}, "delivery.policy_unknown_field", "/x"),
    ],
)
def test_a_problem_has_its_place(given: object, code: str, path: str) -> None:
    problems: list[Problem] = []
    assert shaped(given, Cap, "/x", "delivery.policy", problems) is None
    assert [(one.code, one.path) for one in problems] == [(code, path)]


def test_one_bad_entry_of_a_list_does_not_lose_the_others() -> None:
    problems: list[Problem] = []
    caps = [{"name": "a", "most": 1, "per": "day"}, 7, {"name": "b", "most": 2, "per": "day"}]
    found = listed({"caps": caps}, {"caps": Cap, "gaps": Cap}, 50, "delivery.policy", problems)
    assert [(path, one.name) for path, one in found["caps"]] == [("/caps/0", "a"), ("/caps/2", "b")]
    assert [one.path for one in problems] == ["/caps/1"]
    listed({"caps": caps}, {"caps": Cap}, 2, "delivery.policy", problems)
    assert problems[-1].params["what"] == "≤ 2"


def test_all_that_is_wrong_is_said_in_the_readers_language() -> None:
    two = [Problem("delivery.policy_missing", "/caps/0", {"field": "most"})] * 2
    error = NotValid("delivery.policy_not_valid", two)
    assert error.status == 422
    said = error.say("tr").splitlines()
    assert len(said) == 3
    assert said[1] == "/caps/0: “most” alanı eksik."


def test_a_value_is_repeated_short_and_printable() -> None:
    assert shown("x" * 100) == "x" * 59 + "…"
    assert shown("a\x00b") == "a\N{REPLACEMENT CHARACTER}b"
    assert shown([1]) == "…"


def test_a_schema_has_its_title() -> None:
    assert '"title": "Kervan policy"' in schema(Policy, "Kervan policy", "x")


def test_an_entry_of_a_mapping_has_the_place_of_the_mapping() -> None:
    problems: list[Problem] = []
    given = {"name": "a", "checks": {"size": "fatal"}}
    assert shaped(given, Guide, "", "content.brand", problems) is None
    (found,) = problems
    assert (found.path, found.params["what"]) == ("/checks", "error, off, warning")
