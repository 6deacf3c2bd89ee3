"""Template versions are kept once, and come back as they were."""

import psycopg
import pytest

from kervan.content import render, store
from kervan.kernel import postgres as state
from kervan.kernel.errors import KervanError
from tests.unit.content.mails import LINKS, source


def test_the_same_source_is_one_version(postgres: psycopg.Connection) -> None:
    body = "<mj-text><a href='https://shop.example/ş?a=1'>{{ n }}</a></mj-text>"
    one = store.save(postgres, source(body))
    assert store.save(postgres, dict(reversed(source(body).items()))) == one
    other = store.save(postgres, source(body, subject="Another"))
    assert other != one
    loaded = store.load(postgres, [one, other])
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
        store.load(postgres, [999])
    with pytest.raises(KervanError):
        store.save(postgres, source("<mj-foo/>"))
