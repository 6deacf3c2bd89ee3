"""Every fact of the registry has its source; an account may change it."""

import tomllib
from importlib import resources

import msgspec

from kervan.consent import packs
from kervan.consent.registry import facts
from kervan.consent.registry.providers import PROVIDERS


def test_every_fact_says_where_it_stands() -> None:
    text = resources.files(facts.__package__).joinpath("facts.toml").read_text(encoding="utf-8")
    for topic, table in tomllib.loads(text).items():
        for name, one in table.items():
            assert one["source"], f"{topic}.{name}"
            assert facts.explain(f"{topic}.{name}") == one["source"]
    assert facts.explain("values.nothing") == ""


def test_every_source_of_ours_has_a_name_there_or_comes_from_there() -> None:
    known = facts.facts()
    for source in packs.SOURCES:
        assert facts.is_registrys(source) != (source in known.sources), source


def test_names_from_the_registry_are_ours() -> None:
    assert facts.source_of("IYS_3338") == "registry_sms"
    assert facts.source_of("IYS_SOMETHING_NEW") == "registry_web"
    assert {facts.source_of(f"IYS_{name}") for name in ("WEB", "MOBIL", "CM", "KISA_LINK")} <= set(
        packs.SOURCES
    )


def test_every_provider_that_cannot_check_is_known() -> None:
    for name, one in PROVIDERS.items():
        fields = {field.name for field in msgspec.structs.fields(one.settings)}
        assert facts.can_check(name) == ("check_recipients" in fields)


def test_an_account_changes_what_counsel_said() -> None:
    assert facts.facts().type_of("whatsapp") == ""
    known = facts.facts({"channels.whatsapp": "MESAJ", "values.fresh_hours": 12, "no.such": 1})
    assert known.type_of("whatsapp") == "MESAJ"
    assert known.channels_of("MESAJ") == ["sms", "whatsapp"]
    assert known.number("fresh_hours") == 12.0
    assert known.before_2015_at().isoformat() == "2015-05-01T00:00:00+03:00"
