"""Applying a message keeps each version once and gives every reader her template."""

from datetime import UTC, datetime

import psycopg
import pytest

from kervan.content import versions
from kervan.content.compile import CompiledEmail
from kervan.content.messages import store
from kervan.content.messages.apply import apply, plan
from kervan.content.messages.definition import read
from kervan.content.messages.problem import MessageNotValid
from kervan.content.texts.compile import CompiledText
from kervan.kernel.errors import KervanError
from kervan.kernel.i18n import LOCALES
from tests.unit.content.messages.autumn import autumn

AT = datetime(2026, 11, 22, tzinfo=UTC)


def test_versions(postgres: psycopg.Connection) -> None:
    message = read(autumn())
    assert plan(postgres, message).change == "new"
    with pytest.raises(KervanError, match="autumn"):
        store.get(postgres, "autumn")
    first = apply(postgres, message, AT, "oya")
    assert (first.change, first.number, first.before) == ("new", 1, 0)
    again = apply(postgres, read(autumn()), AT, "oya")
    assert (again.change, again.number) == ("same", 1)
    changed = read(autumn(name="Coats"))
    assert (plan(postgres, changed).change, plan(postgres, changed).number) == ("changed", 2)
    assert apply(postgres, changed, AT, "ana").before == 1
    assert [(one.number, one.by) for one in store.versions(postgres, "autumn")] == [
        (1, "oya"), (2, "ana"),
    ]  # fmt: skip
    assert store.get(postgres, "autumn").definition == changed
    assert store.get(postgres, "autumn", 1).definition == message
    back = apply(postgres, message, AT, "oya")
    assert (back.change, back.number) == ("changed", 3)
    assert [one.key for one in store.every(postgres)] == ["autumn"]
    for locale in LOCALES:
        assert "sms: tr, en" in first.say(locale)
        assert "content." not in first.say(locale)


def test_each_reader_has_her_template(postgres: psycopg.Connection) -> None:
    apply(postgres, read(autumn()), AT, "oya")
    found = store.get(postgres, "autumn")
    assert found.template("email", "en_US") != found.template("email", "tr")
    assert found.template("email", "de") == found.template("email", "tr")
    assert found.template("sms", "en") == found.template("sms", "tr") != 0
    assert found.template("telegram", "tr") == 0
    numbers = [found.template("email", "en"), found.template("sms", "")]
    loaded = versions.load_any(postgres, numbers)
    assert isinstance(loaded[numbers[0]], CompiledEmail)
    assert isinstance(loaded[numbers[1]], CompiledText)
    apply(postgres, read(autumn(language="")), AT, "oya")
    found = store.get(postgres, "autumn")
    assert found.template("email", "de") == found.template("email", "en")


def test_what_only_the_workspace_knows_is_a_problem_too(postgres: psycopg.Connection) -> None:
    message = read(autumn(topic="tea", brand="kids"))
    with pytest.raises(MessageNotValid) as caught:
        apply(postgres, message, AT, "oya")
    assert [(one.code, one.path) for one in caught.value.problems] == [
        ("content.topic_unknown", "/topic"),
    ]  # fmt: skip
    marketing = read(autumn(purpose="marketing"))
    with pytest.raises(MessageNotValid) as caught:
        apply(postgres, marketing, AT, "oya", "TR")
    assert {one.code for one in caught.value.problems} == {"content.required_missing"}


def test_warnings_are_kept(postgres: psycopg.Connection) -> None:
    apply(postgres, read(autumn(intent="")), AT, "oya")
    (kept,) = store.get(postgres, "autumn").warnings
    assert (kept.code, kept.path) == ("content.message_intent", "/intent")
