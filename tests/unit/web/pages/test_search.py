"""The search page finds in three languages and shows what was typed without obeying it."""

import html
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.unit.web.api.finding import meet
from tests.unit.web.visiting import Place, open_place


@pytest.fixture
def place(engines_urls: Any, tmp_path: Path) -> Iterator[Place]:
    with open_place(engines_urls, tmp_path) as opened:
        yield opened


@pytest.mark.parametrize(
    ("locale", "title"), [("tr", "Kişi ara"), ("az", "Şəxs axtar"), ("en", "Find a person")]
)
def test_a_person_is_found_and_linked(place: Place, locale: str, title: str) -> None:
    _, her = meet(place, "C-1", firstName="Şükrü", lastName="Işık", email="s@ornek.com")
    agent = place.session(place.user("agent@shop.test", "agent"))
    answer = agent.get(f"/people?q=sukru+isik&lang={locale}")
    assert answer.status == 200
    assert f"<h1>{title}</h1>" in answer.text
    assert f'<a href="/people/{her}"><bdi>Şükrü Işık</bdi></a>' in answer.text
    assert "web." not in re.sub(r"<[^>]*>", "", answer.text)
    assert agent.get(f"/people/{her}").status == 200


def test_what_was_typed_is_shown_and_never_acts(place: Place) -> None:
    agent = place.session(place.user("agent@shop.test", "agent"))
    for typed in ('"><script>alert(1)</script>', "\u202e'; drop table profile; --", "a\x00b"):
        answer = agent.get(f"/people?q={quote(typed)}&lang=en")
        assert answer.status == 200 and "<script>alert" not in answer.text
        assert "Nobody was found" in html.unescape(answer.text)
    empty = agent.get("/people?lang=en")
    assert empty.status == 200 and "Nobody was found" not in empty.text


def test_the_page_takes_the_right(place: Place) -> None:
    developer = place.session(place.user("dev@shop.test", "developer"))
    assert developer.get("/people").status == 403
    assert place.visitor().get("/people").status in (303, 401)
