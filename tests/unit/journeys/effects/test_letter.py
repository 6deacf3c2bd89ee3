"""The mail to a colleague says all it is given, in each language."""

import uuid

import pytest

from kervan.content import render, versions
from kervan.content import store as templates
from kervan.content.tokens import MessageLinks
from kervan.journeys.effects import letter
from kervan.kernel.postgres import Connection


@pytest.mark.parametrize(("language", "name"), [("tr", "Ad"), ("az", "Ad"), ("en", "Name")])
def test_the_letter_says_all_of_it(
    postgres: Connection, language: letter.Language, name: str
) -> None:
    number = templates.save(postgres, letter.letter(language))
    compiled = versions.load(postgres, [number])[number]
    shown = letter.shown("VIP <3", "One\nTwo", {"name": "İ. S.", "phone": ""}, language)
    links = MessageLinks(b"k" * 32, 1, uuid.UUID(int=1), "https://kervan.shop.example")
    mail = render.render(compiled, shown, links)
    assert mail.subject == "VIP <3" and "VIP &lt;3" in mail.html
    assert "Two" in mail.html and "Two" in mail.text and f"{name}: İ. S." in mail.text
