"""Every version of a guide is kept, and the last one is in force."""

from datetime import UTC, datetime

import psycopg
import pytest

from kervan.content import company
from kervan.content.brand import store
from kervan.content.brand.definition import NONE, Guide
from kervan.kernel.errors import KervanError

AT = datetime(2026, 11, 22, tzinfo=UTC)


def test_versions(postgres: psycopg.Connection) -> None:
    assert store.guide_of(postgres, "") is NONE
    first = Guide("Çınar", colours={"b": "#fff", "a": "#000"})
    assert store.plan(postgres, first).change == store.NEW
    assert store.apply(postgres, first, AT, "oya").number == 1
    assert store.apply(postgres, first, AT, "oya").change == store.SAME
    second = Guide("Çınar", fonts=("Inter",))
    done = store.apply(postgres, second, AT, "ana")
    assert (done.change, done.number, done.before) == (store.CHANGED, 2, 1)
    assert [one.by for one in store.versions(postgres, "")] == ["oya", "ana"]
    assert store.guide_of(postgres, "kids") == second
    for locale in ("tr", "az", "en"):
        assert "Çınar" in done.say(locale)


def test_a_brand_must_be_known(postgres: psycopg.Connection) -> None:
    with pytest.raises(KervanError, match="kids"):
        store.apply(postgres, Guide("Kids", "kids"), AT, "oya")
    with pytest.raises(KervanError, match="kids"):
        store.versions(postgres, "kids")
    company.save(postgres, "kids", company.Company("Kids A.Ş."), AT)
    store.apply(postgres, Guide("Kids", "kids", address={"tr": "informal"}), AT, "oya")
    store.apply(postgres, Guide("Çınar", address={"tr": "formal", "az": "formal"}), AT, "oya")
    assert store.guide_of(postgres, "kids").address == {"tr": "informal", "az": "formal"}
