"""Kervan's own mails compile in each language and hold the ways they promise."""

import html
import uuid
from datetime import UTC, datetime

import pytest

from kervan.content.compile import compile_email
from kervan.content.render import render
from kervan.content.tokens import MessageLinks, Reached
from kervan.delivery.letters.write import letter

LINKS = MessageLinks(
    b"k" * 32, 1, uuid.UUID(int=1), "https://k.example",
    Reached(b"k" * 32, 2, b"c" * 16, datetime(2026, 11, 20, tzinfo=UTC)),
)  # fmt: skip
CONTEXT: dict[str, object] = {"shop": "Dükkân & Oğulları", "day": "20 Kasım 2026", "time": "13:05"}


@pytest.mark.parametrize("language", ["tr", "az", "en"])
@pytest.mark.parametrize("kind", ["opt_in", "same_day", "fresh_link"])
def test_a_letter_says_all_and_leads_there(kind: str, language: str) -> None:
    found = render(compile_email(letter(kind, language)), CONTEXT, LINKS)
    ways = {"opt_in": LINKS.confirm_url, "fresh_link": LINKS.preferences_url}
    way = ways.get(kind, LINKS.unsubscribe_url)
    assert "Dükkân & Oğulları" in found.subject
    for part in (found.html, found.text):
        assert way in part
        assert "{" not in part.partition("<body")[2]
    assert found.html.isascii()  # other letters are references, which a reader sees as letters
    assert "&amp;" in found.html
    assert "Dükkân & Oğulları" in html.unescape(found.html)
    if kind == "same_day":
        assert LINKS.preferences_url in found.html
        assert LINKS.preferences_url in found.text
        assert "20 Kasım 2026" in found.text
        assert "13:05" in found.text
    else:
        assert LINKS.unsubscribe_url not in found.html


def test_the_languages_differ() -> None:
    assert len({letter("opt_in", language).subject for language in ("tr", "az", "en")}) == 3
