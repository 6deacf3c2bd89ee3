"""The rule packs: each fact names its source, and what the code reads is there in each."""

from datetime import UTC, date, datetime

import pytest

from kervan.consent import packs
from kervan.consent.channels import KIND_OF

_CHECKED = {"doc", "3rd", "mem", "house"}


def test_the_packs_are_those_of_the_three_places() -> None:
    assert sorted(packs.packs()) == ["AZ", "EU", "TR"]


@pytest.mark.parametrize("key", ["TR", "AZ", "EU"])
def test_every_fact_says_where_it_stands_and_how_sure_we_are(key: str) -> None:
    pack = packs.packs()[key]
    assert set(pack.name) == {"en", "tr", "az"}
    for name, fact in pack.facts.items():
        assert len(fact.source) > 10, name
        assert fact.checked in _CHECKED, name


@pytest.mark.parametrize("key", ["TR", "AZ", "EU"])
def test_what_the_code_reads_is_in_each_pack(key: str) -> None:
    pack = packs.packs()[key]
    assert set(pack.value("consent.channels")) <= set(KIND_OF)
    for channel, covered in pack.value("refusal.covers").items():
        assert channel in covered and set(covered) <= set(KIND_OF)
    assert pack.value("refusal.stop_business_days") >= 0
    assert "refusal" in pack.value("content.required")
    assert pack.value("proof.keep_years") >= 1
    assert pack.value("privacy.answer_days") == 30


def test_a_country_has_its_law() -> None:
    assert packs.of_country("TR") == packs.of_country("tr") == "TR"
    assert packs.of_country("AZ") == "AZ"
    assert packs.of_country("DE") == packs.of_country("NO") == "EU"
    assert packs.of_country("US") == packs.of_country("") == ""
    assert packs.pack("US") is None


def test_unknown_places_get_the_strictest_day_and_need_consent() -> None:
    assert packs.earliest("TR").date() == packs.earliest("").date() == date(2015, 5, 1)
    assert packs.earliest("AZ") == datetime(2000, 1, 1, tzinfo=UTC)
    assert packs.needs_consent("", "email", "merchant")
    assert not packs.needs_consent("TR", "email", "merchant")
    assert packs.needs_registry("TR")
    assert not packs.needs_registry("AZ") and not packs.needs_registry("")
