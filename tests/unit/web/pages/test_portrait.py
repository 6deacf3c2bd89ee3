"""A person's page says each thing with its source, in the reader's language."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kervan.kernel import clock
from kervan.web.pages import portrait
from kervan.web.pages.forms import Forms
from tests.unit.insight.conftest import tell
from tests.unit.web.api.finding import meet
from tests.unit.web.visiting import Place, open_place

__all__ = ["tell"]


@pytest.fixture
def place(engines_urls: Any, tmp_path: Path) -> Iterator[Place]:
    with open_place(engines_urls, tmp_path) as opened:
        yield opened


def test_the_page_says_who_she_is_and_what_she_did(place: Place, tell: Any) -> None:
    number, her = meet(place, "C-1", firstName="İrem", email="irem@ornek.com", vip=True)
    order = {"name": "Order Completed", "person": number, "currency": "TRY", "order_id": "o1"}
    tell({**order, "at_ms": clock.now_ms(), "value_minor": 1_234_550, "channel": "web"})
    agent = place.session(place.user("agent@shop.test", "agent"))
    for locale, title in (
        ("tr", "Kimlik bilgileri"),
        ("az", "Kimlik məlumatları"),
        ("en", "Who this is"),
    ):
        text = agent.get(f"/people/{her}?lang={locale}").text
        assert f">{title}</h2>" in text and "irem@ornek.com" in text
        assert "web." not in re.sub(r"<[^>]*>", "", text)
    assert "1 for TRY\u00a012,345.50" in text or "12,345.50" in text
    assert "the workspace&#x27;s own" in text or "workspace" in text


def test_who_may_not_see_is_told_so(place: Place) -> None:
    _, her = meet(place, "C-1", firstName="İrem", email="irem@ornek.com")
    analyst = place.session(place.user("analyst@shop.test", "analyst"))
    text = analyst.get(f"/people/{her}?lang=en").text
    assert "Personal data are covered" in text and "irem@" not in text and "İrem" not in text


def test_kinds_and_values_are_words() -> None:
    forms = Forms("en", "Europe/Istanbul")
    assert portrait.kind("email", forms) == "e-mail"
    assert portrait.kind("customer_id.101", forms) == "customer_id.101"
    assert portrait.channel("till", Forms("az", "Asia/Baku")) == "kassa"
    assert portrait.channel("drive-in", forms) == "drive-in"
    assert portrait.said({"a": [1]}) == '{"a":[1]}' and portrait.said("x" * 900) == "x" * 200
