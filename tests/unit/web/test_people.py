"""Personal data reaches nobody without the right to it, by any route; every look is in the log."""

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kervan.kernel import clock
from kervan.profiles import resolve
from kervan.profiles import store as profiles
from kervan.profiles.sighting import Reader
from kervan.web import roles
from tests.unit.insight.conftest import tell
from tests.unit.web.test_auth import asked_of
from tests.unit.web.visiting import Place, open_place

__all__ = ["tell"]
# Whole words of hers that occur nowhere else.
_HERS = ("Züleyhanur", "Karabıyıkoğlu", "zuleyhanur.k", "5329871264", "Gülbahar", "1961-07-13")


@pytest.fixture
def place(engines_urls: Any, tmp_path: Path) -> Iterator[Place]:
    with open_place(engines_urls, tmp_path) as opened:
        yield opened


def _meet(place: Place) -> tuple[int, uuid.UUID]:
    """Her number and public id."""
    sighting = Reader(place.house.keys, "TR").read(
        at_ms=clock.now_ms(),
        source=1,
        trusted=True,
        shared=False,
        user_id="c1",
        anonymous_id=None,
        traits={
            "firstName": "Züleyhanur",
            "lastName": "Karabıyıkoğlu",
            "email": "zuleyhanur.k@ornek.com",
            "phone": "+905329871264",
            "address": {"street": "Gülbahar Sok. 3"},
            "birthday": "1961-07-13",
            "tier": "gold",
        },
        person=0,
    )
    with place.house.connection() as conn:
        numbers = profiles.Numbers(conn)
        found = resolve.resolve(conn, place.house.keys, [sighting], clock.now_ms(), numbers)
        number = int(found.person[0])
        row = conn.execute("select id from profile where person = %s", (number,)).fetchone()
    assert row is not None
    return number, row[0]


def _looks(place: Place, person: uuid.UUID) -> list[str]:
    """Every address that may show her."""
    return [path for method, path, _ in asked_of(place, person=str(person)) if method == "GET"] + [
        "/v1/people/search?q=zuley",
        "/people?q=zuley",
        "/people?q=karab%C4%B1y",
    ]


def test_who_may_not_see_her_sees_nothing_of_her_anywhere(place: Place, tell: Any) -> None:
    number, person = _meet(place)
    tell(
        {
            "name": "Survey Answered",
            "person": number,
            "at_ms": clock.now_ms(),
            "properties": {"answer": "write to zuleyhanur.k@ornek.com or +90 532 987 12 64"},
        }
    )
    seen = 0
    for role in roles.names():
        if "people.reveal" in roles.of(role):
            continue
        visitor = place.session(place.user(f"{role.replace('_', '-')}@shop.test", role))
        for path in _looks(place, person):
            answer = visitor.get(path)
            seen += answer.status == 200 and str(person) in answer.text
            plain = answer.text.replace(" ", "")
            for word in _HERS:
                assert word.replace(" ", "") not in plain, (role, path, word)
    assert seen > 10, "the routes under test did not show her at all"
    assert "people.revealed" not in {line[0] for line in place.audit()}


def test_who_may_see_her_is_written_down_each_time(place: Place) -> None:
    _, person = _meet(place)
    user = place.user("agent@shop.test", "agent")
    visitor = place.session(user)
    count = 0
    for path in (f"/v1/people/{person}", f"/people/{person}"):
        answer = visitor.get(path)
        assert answer.status == 200 and "Züleyhanur" in answer.text, path
        looks = [line for line in place.audit() if line[0] == "people.revealed"]
        assert len(looks) > count, path
        count = len(looks)
        assert looks[-1][2] == str(user) and looks[-1][3]["people"] == [str(person)], path
    assert all(word not in str(place.audit()) for word in _HERS)


def test_every_look_at_her_of_who_may_is_in_the_log(place: Place) -> None:
    _, person = _meet(place)
    visitor = place.session(place.user("owner@shop.test", "owner"))
    for path in _looks(place, person):
        before = len(place.audit())
        answer = visitor.get(path)
        if answer.status == 200 and any(word in answer.text for word in _HERS):
            assert len(place.audit()) > before, f"{path} shows her and says nothing of it"


def test_the_page_that_renews_itself_masks_for_everybody(place: Place, tell: Any) -> None:
    number, _ = _meet(place)
    tell({"name": "Product Viewed", "person": number, "at_ms": clock.now_ms()})
    visitor = place.session(place.user("owner@shop.test", "owner"))
    for path in ("/", "/live/parts"):
        text = visitor.get(path).text
        assert "Z. K." in text and "Züleyhanur" not in text
