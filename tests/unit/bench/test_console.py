"""What openings took becomes a figure for each page, with targets at full size only."""

import re

import pytest

from kervan.bench.console import Heard, Waits, figures, fill
from kervan.bench.console_calls import PAGES, SEARCH

HEARD = Heard(tabs=500, ages=[0.2] * 98 + [2.5] * 2, cpu_percent=9.0, grown_mb=12.0)


def _waits() -> Waits:
    slow = [20.0] * 18 + [400.0, 900.0]
    first = {"/overview": 2_000.0, "": 5.0}
    return Waits(
        first=first, pages={"/people/$person": slow, "": [10.0] * 20}, calls={"GET /v1/x": [1.0]}
    )


def test_only_at_full_size_pages_have_targets() -> None:
    small = {one.figure: one.ok for one in figures(_waits(), HEARD, is_full=False)}
    full = {one.figure: one for one in figures(_waits(), HEARD, is_full=True)}
    assert small["people_one_person_p95_ms"] is None
    assert full["people_one_person_p95_ms"].ok is False
    assert full["people_one_person_p95_ms"].value == pytest.approx(900.0)
    assert full["search_p95_ms"].ok is True
    assert full["slowest_first_ms"].value == pytest.approx(2_000.0)


def test_news_must_be_young_for_almost_all() -> None:
    found = {one.figure: one for one in figures(_waits(), HEARD, is_full=False)}
    assert found["news_age_p99_seconds"].ok is False
    assert found["tabs_that_heard"].value == 500


def test_names_are_filled_in_and_other_braces_stay() -> None:
    assert fill('{"segment": "{segment}"}', {"segment": "big"}) == '{"segment": "big"}'


def test_every_name_that_a_call_needs_is_known() -> None:
    calls = [one for some in (*PAGES.values(), SEARCH) for one in some]
    needed = {name for one in calls for name in re.findall(r"\{(\w+)\}", f"{one.path}{one.body}")}
    assert needed == {"person", "segment", "journey", "text", "from", "to"}
