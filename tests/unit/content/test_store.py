"""Template versions are kept once, and come back as they were."""

from datetime import UTC, datetime

import psycopg
import pytest

from kervan.consent import preferences
from kervan.content import choice, company, render, store, versions
from kervan.content.company import Company
from kervan.content.compile import CompiledEmail
from kervan.content.texts.compile import CompiledText, Language, TextSource
from kervan.content.texts.render import render_text
from kervan.kernel import postgres as state
from kervan.kernel.errors import KervanError
from kervan.kernel.i18n import LOCALES
from tests.unit.content.mails import LINKS, source

AT = datetime(2026, 11, 22, tzinfo=UTC)


def test_the_same_source_is_one_version(postgres: psycopg.Connection) -> None:
    body = "<mj-text><a href='https://shop.example/ş?a=1'>{{ n }}</a></mj-text>"
    one = store.save(postgres, source(body))
    assert store.save(postgres, dict(reversed(source(body).items()))) == one
    other = store.save(postgres, source(body, subject="Another"))
    assert other != one
    loaded = versions.load(postgres, [one, other])
    assert render.render(loaded[one], {"n": "ə"}, LINKS).subject == "Hello"
    assert store.link_target(postgres, one, ["https://x.example/"], 1) == (
        "https://shop.example/%C5%9F?a=1", 2,
    )  # fmt: skip
    assert store.link_target(postgres, one, ["https://x.example/"], 2)[0] == "https://x.example/"
    for none in (0, 3, 65_535):
        assert store.link_target(postgres, one, ["https://x.example/"], none)[0] == ""


def test_two_savers_at_once_get_the_same_version(
    postgres: psycopg.Connection, postgres_url: str, workspace: str
) -> None:
    mail = source("<mj-text>x</mj-text>")
    with state.connect(postgres_url, workspace=workspace) as other:
        first = store.save(other, mail)
        other.commit()
    assert store.save(postgres, mail) == first


def test_what_is_not_there_or_not_good(postgres: psycopg.Connection) -> None:
    with pytest.raises(KervanError, match="999"):
        versions.load(postgres, [999])
    with pytest.raises(KervanError):
        store.save(postgres, source("<mj-foo/>"))


def test_a_text_is_kept_beside_mails(postgres: psycopg.Connection) -> None:
    texts: dict[Language, dict[str, str]] = {"en": {"text": "Hi https://a.example/ {{ n }}"}}
    sms = TextSource("sms", texts, purpose="transactional")
    one, mail = store.save(postgres, sms), store.save(postgres, source("<mj-text>x</mj-text>"))
    assert store.save(postgres, sms) == one != mail
    found = versions.load_any(postgres, [one, mail])
    text = found[one]
    assert isinstance(text, CompiledText)
    assert render_text(text, {"n": "ə"}, LINKS).fields == {"text": f"Hi {LINKS.click(1)} ə"}
    assert isinstance(found[mail], CompiledEmail)
    assert store.link_target(postgres, one, [], 1) == ("https://a.example/", 1)
    both = choice.save(postgres, {"tr": one, "en": mail}, "tr")
    with pytest.raises(KervanError, match=str(both)):
        versions.load_any(postgres, [one, both])
    with pytest.raises(KervanError, match=str(one)):
        versions.load(postgres, [mail, one])
    with pytest.raises(KervanError, match="mersis"):
        store.save(postgres, TextSource("sms", texts), "TR")
    assert store.save(postgres, TextSource("web_push", {"en": {"body": "x"}}), "TR")
    with pytest.raises(KervanError, match="tea"):
        store.save(postgres, TextSource("sms", texts, topic="tea"))


def test_a_topic_and_a_brand_must_be_known(postgres: psycopg.Connection) -> None:
    names = {"tr": "Çay", "az": "Çay", "en": "Tea"}
    preferences.set_topics(postgres, [preferences.Topic("tea", names)])
    company.save(postgres, "kids", Company("Kids"), AT)
    plain, body = store.save(postgres, source("<mj-text>x</mj-text>")), "<mj-text>x</mj-text>"
    about = store.save(postgres, source(body, topic="tea", brand="kids"))
    assert about != plain
    for part, given, known in (("topic", "te", "tea"), ("brand", "Kids", "kids")):
        with pytest.raises(KervanError) as caught:
            store.save(postgres, source(body, **{part: given}))
        assert caught.value.code == f"content.{part}_unknown"
        for locale in LOCALES:
            said = caught.value.say(locale)
            assert f"“{given}”" in said
            assert known in said
    preferences.set_topics(postgres, [])
    with pytest.raises(KervanError, match="–"):
        store.save(postgres, source(body, topic="tea"))
