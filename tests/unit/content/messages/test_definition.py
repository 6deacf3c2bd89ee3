"""A definition that cannot be a message says all that is wrong, and where."""

from typing import Any

import pytest

from kervan.content.messages.check import examine
from kervan.content.messages.definition import read
from kervan.content.messages.problem import MessageNotValid, Problem
from kervan.kernel.i18n import LOCALES
from tests.unit.content.messages.autumn import autumn


def problems(value: object) -> list[Problem]:
    """What is wrong with a definition."""
    with pytest.raises(MessageNotValid) as caught:
        examine(read(value))
    for locale in LOCALES:
        said = caught.value.say(locale)
        for one in caught.value.problems:
            assert one.path in said
            assert not one.say(locale).startswith("content.")
    return list(caught.value.problems)


def variants(channel: str, fields: Any, language: str = "tr") -> dict[str, Any]:
    """The message with this one variant."""
    return autumn(variants={channel: {language: fields}}, language="")


@pytest.mark.parametrize(
    ("value", "code", "path"),
    [
        ([], "content.message_shape", ""),
        ({}, "content.message_shape", ""),
        (autumn(nmae="x"), "content.message_shape", ""),
        (autumn(name=3), "content.message_shape", "/name"),
        (autumn(key="Autumn!"), "content.message_key", "/key"),
        (autumn(key="preview"), "content.message_key", "/key"),
        (autumn(name=" "), "content.message_name", "/name"),
        (autumn(intent="x" * 201), "content.message_name", "/intent"),
        (autumn(variants={}), "content.message_empty", "/variants"),
        (autumn(variants={"fax": {}}), "content.channel_unknown", "/variants/fax"),
        (autumn(variants={"sms": {}}), "content.language_missing", "/variants/sms"),
        (autumn(utm={"Campaign": "x"}), "content.utm_unfit", "/utm"),
        (autumn(utm={"campaign": "{{ x }}"}), "content.utm_unfit", "/utm"),
        (variants("email", {"subject": "x"}), "content.email_field", "/variants/email/tr"),
        (variants("email", {"subject": "x", "mjml": "<mj-foo/>"}), None, "/variants/email/tr/mjml"),
        (variants("sms", {"txt": "x"}), "content.field_unknown", "/variants/sms/tr/txt"),
        (variants("sms", {}), "content.field_missing", "/variants/sms/tr/text"),
        (variants("push", {"url": "x"}), "content.field_missing", "/variants/push/tr/title"),
        (variants("sms", {"text": "{{ a() }}"}), "content.call", "/variants/sms/tr/text"),
        (variants("sms", {"text": "{{ person.a }}"}), "content.fallback_needed",
         "/variants/sms/tr/text"),
        (variants("email", {"subject": "{{ person.a }}", "mjml": "<mjml><mj-body/></mjml>"}),
         "content.fallback_needed", "/variants/email/tr/subject"),
        (variants("sms", {"text": "x" * 1_000_000}), "content.source_too_long",
         "/variants/sms/tr/text"),
    ],
)  # fmt: skip
def test_each_problem_has_its_place(value: object, code: str | None, path: str) -> None:
    found = problems(value)
    if code is not None:
        assert {one.code for one in found} == {code}
    assert path in {one.path for one in found}


def test_an_unknown_language_is_none() -> None:
    assert problems(variants("sms", {"text": "x"}, "xx"))[0].code == "content.message_shape"


def test_all_problems_are_told_at_once() -> None:
    value = autumn(variants={
        "sms": {"tr": {"text": "{{ a"}}, "webhook": {"tr": {"body": "x"}},
        "push": {"tr": {"url": "javascript:1", "title": "x"}},
    })  # fmt: skip
    assert [one.path for one in problems(value)] == [
        "/variants/sms/tr/text", "/variants/webhook/tr/body", "/variants/push/tr/url",
    ]  # fmt: skip


def test_a_line_inside_a_text_is_told() -> None:
    (found,) = problems(variants("sms", {"text": "x\n\n{{ person.a }}"}))
    assert found.line == 3
