"""The search finds people for those who may look, covered for those who may not see."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.unit.web.api.finding import meet
from tests.unit.web.visiting import Place, Visitor, open_place


@pytest.fixture
def place(engines_urls: Any, tmp_path: Path) -> Iterator[Place]:
    with open_place(engines_urls, tmp_path) as opened:
        yield opened


def _find(who: Visitor, text: str, more: str = "") -> dict[str, Any]:
    answer = who.get(f"/v1/people/search?q={quote(text, safe='')}{more}")
    assert answer.status == 200, answer.text
    return dict(json.loads(answer.text))


def test_who_may_see_sees_and_it_is_written_down(place: Place) -> None:
    _, her = meet(
        place, "C-1", firstName="İrem", lastName="Şahin", email="irem@ornek.com", phone="5321234567"
    )
    agent = place.session(place.user("agent@shop.test", "agent"))
    found = _find(agent, "sahin ir")
    assert found == {
        "people": [
            {
                "id": her,
                "name": "İrem Şahin",
                "email": "irem@ornek.com",
                "phone": "+905321234567",
                "by": "name",
                "claimed": False,
            }
        ],
        "more": False,
    }
    assert [one["by"] for one in _find(agent, "0532 123 45 67")["people"]] == ["phone"]
    what, _, _, facts = place.audit()[-1]
    assert (what, facts) == ("people.revealed", {"people": [her]})


def test_who_may_not_see_finds_and_sees_covers(place: Place) -> None:
    meet(place, "C-1", firstName="İrem", lastName="Şahin", email="irem@ornek.com")
    analyst = place.session(place.user("analyst@shop.test", "analyst"))
    (one,) = _find(analyst, "irem@ornek.com")["people"]
    assert (one["name"], one["email"], one["by"]) == ("İ. Ş.", "i***@o***.com", "email")
    assert "people.revealed" not in [row[0] for row in place.audit()]


def test_nothing_that_is_typed_is_an_error(place: Place) -> None:
    _, her = meet(place, "C-1", firstName="Ali")
    meet(place, "C-2", firstName="Ali")
    agent = place.session(place.user("agent@shop.test", "agent"))
    for text in ("'; drop table profile; --", "%", "\u202e\u200f", "x" * 999, "{}", ""):
        assert _find(agent, text)["people"] == []
    (only,) = _find(agent, "ali", "&limit=1")["people"]
    assert only["name"] == "Ali"
    assert _find(agent, "ali", "&limit=1")["more"] is True
    assert [one["id"] for one in _find(agent, her)["people"]] == [her]
    assert agent.get("/v1/people/search?q=a&limit=1000").status == 422
    assert Visitor(place.port).get("/v1/people/search?q=ali").status == 401


def test_a_name_that_is_whole_already_is_not_doubled(place: Place) -> None:
    meet(place, "C-1", name="Əli Məmmədov", lastName="Məmmədov")
    agent = place.session(place.user("agent@shop.test", "agent"))
    assert _find(agent, "eli")["people"][0]["name"] == "Əli Məmmədov"
