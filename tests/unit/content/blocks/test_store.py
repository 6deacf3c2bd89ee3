"""A block has versions, and a message that uses it takes a changed one in when applied again."""

from datetime import UTC, datetime

import psycopg
import pytest

from kervan.content import store as templates
from kervan.content import versions
from kervan.content.blocks import store
from kervan.content.blocks.definition import read
from kervan.content.messages import apply as messages
from kervan.content.messages import definition
from kervan.content.messages.problem import MessageNotValid
from kervan.kernel.errors import KervanError
from kervan.kernel.i18n import LOCALES
from tests.unit.content.mails import source
from tests.unit.content.messages.autumn import autumn

AT = datetime(2026, 11, 22, tzinfo=UTC)


def block(text: str, key: str = "foot") -> dict[str, object]:
    """A block of plain text."""
    pieces = {"mjml": "<mj-section />", "text": text}
    return {"key": key, "name": "Foot", "pieces": {"tr": pieces}}


def test_versions(postgres: psycopg.Connection) -> None:
    first = store.apply(postgres, read(block("one")), AT, "oya")
    assert (first.change, first.number) == ("new", 1)
    assert store.apply(postgres, read(block("one")), AT, "oya").change == "same"
    assert store.apply(postgres, read(block("two")), AT, "ana").number == 2
    assert store.live(postgres)["foot"].of("en").text == "two"
    assert [(one.number, one.by) for one in store.versions(postgres, "foot")] == [
        (1, "oya"), (2, "ana"),
    ]  # fmt: skip
    with pytest.raises(KervanError, match="none"):
        store.versions(postgres, "none")
    for locale in LOCALES:
        assert "Foot" in first.say(locale)


def test_a_circle_is_refused_when_it_is_closed(postgres: psycopg.Connection) -> None:
    store.apply(postgres, read(block("x")), AT, "oya")
    store.apply(postgres, read(block('{% use "foot" %}', "sign")), AT, "oya")
    with pytest.raises(KervanError, match="foot → sign → foot"):
        store.apply(postgres, read(block('{% use "sign" %}')), AT, "oya")


def test_a_message_takes_it_in(postgres: psycopg.Connection) -> None:
    variants = {"sms": {"tr": {"text": 'Palto {% use "foot" %}'}}}
    wanted = definition.read(autumn(variants=variants))
    with pytest.raises(MessageNotValid) as caught:
        messages.apply(postgres, wanted, AT, "oya")
    (problem,) = caught.value.problems
    assert (problem.code, problem.path) == ("content.block_unknown", "/variants/sms/tr/text")
    store.apply(postgres, read(block("one")), AT, "oya")
    assert messages.apply(postgres, wanted, AT, "oya").number == 1
    assert messages.apply(postgres, wanted, AT, "oya").change == "same"
    store.apply(postgres, read(block("two {{ person.x }}")), AT, "oya")
    with pytest.raises(MessageNotValid, match=r"person\.x"):
        messages.apply(postgres, wanted, AT, "oya")
    store.apply(postgres, read(block("two")), AT, "oya")
    assert messages.apply(postgres, wanted, AT, "oya").number == 2


def test_a_mail_of_a_journey_takes_it_in_too(postgres: psycopg.Connection) -> None:
    mail = source("<mj-text>x</mj-text>", text='y {% use "foot" %}')
    with pytest.raises(KervanError, match="foot"):
        templates.save(postgres, mail)
    store.apply(postgres, read(block("one")), AT, "oya")
    one = templates.save(postgres, mail)
    assert "y one" in versions.load(postgres, [one])[one].text
    store.apply(postgres, read(block("two")), AT, "oya")
    assert templates.save(postgres, mail) != one
