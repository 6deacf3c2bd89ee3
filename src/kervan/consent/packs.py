"""Reads the rule packs: what each jurisdiction asks for before, in and after a message.

A pack is data (`rules/*.toml`); every fact of law in it names its source and whether somebody
has checked it, so that a lawyer can go through them one by one.
"""

import tomllib
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from importlib import resources
from typing import Any

PURPOSES = ("marketing", "profiling", "ads_matching", "service", "transfer_abroad")
"""What a consent may be for."""

SOURCES = (
    "event", "web", "mobile", "email", "sms", "call_centre", "store", "paper", "social",
    "electronic", "fair", "before_2015", "atm", "ruling", "preference_centre",
    "unsubscribe_link", "one_click", "whatsapp", "import", "api", "staff", "registry_web",
    "registry_mobile", "registry_call", "registry_sms", "registry_link", "kervan",
)  # fmt: skip
"""Where a word of consent was given; the registry's own names are mapped in `registry/`."""

_EUROPE = frozenset(
    [
        "AT", "BE", "BG", "HR", "CY", "CZ", "DK", "EE", "FI", "FR", "DE", "GR", "HU", "IE", "IT",
        "LV", "LT", "LU", "MT", "NL", "PL", "PT", "RO", "SK", "SI", "ES", "SE", "IS", "LI", "NO",
    ]
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact of law: what it says, where that stands, and who has checked it ("": nobody)."""

    value: Any
    source: str
    checked: str


@dataclass(frozen=True, slots=True)
class Pack:
    """The rules of one jurisdiction; `facts` by dotted name, e.g. `stop.business_days`."""

    key: str
    name: dict[str, str]
    facts: dict[str, Fact]

    def value(self, name: str, default: Any = None) -> Any:
        """What the fact `name` says, or `default` where the pack has none."""
        fact = self.facts.get(name)
        return default if fact is None else fact.value


@cache
def packs() -> dict[str, Pack]:
    """All packs by their key (TR, AZ, EU)."""
    found = {}
    place = resources.files(__package__).joinpath("rules")
    for file in sorted(place.iterdir(), key=lambda one: one.name):
        if file.name.endswith(".toml"):
            pack = _read(tomllib.loads(file.read_text(encoding="utf-8")))
            found[pack.key] = pack
    return found


def _read(text: dict[str, Any]) -> Pack:
    facts = {
        f"{topic}.{name}": Fact(one["value"], one["source"], one.get("checked", ""))
        for topic, table in text["facts"].items()
        for name, one in table.items()
    }
    return Pack(text["key"], text["name"], facts)


def of_country(country: str) -> str:
    """The jurisdiction (pack key) of an ISO 3166 country, "" where we have no pack."""
    country = country.upper()
    if country in ("TR", "AZ"):
        return country
    return "EU" if country in _EUROPE else ""


def pack(jurisdiction: str) -> Pack | None:
    """The pack of a jurisdiction, None where there is none."""
    return packs().get(jurisdiction)


@cache
def earliest(jurisdiction: str) -> datetime:
    """Before this instant no consent is accepted; unknown jurisdictions get the strictest."""
    named = packs().get(jurisdiction)
    days = [
        _day(one.value("consent.earliest_on"))
        for one in ([named] if named else packs().values())
        if one.value("consent.earliest_on")
    ]
    latest = max(days, default=date(2000, 1, 1))
    return datetime(latest.year, latest.month, latest.day, tzinfo=UTC)


def _day(value: Any) -> date:
    assert isinstance(value, date)
    return value


@cache
def needs_consent(jurisdiction: str, channel: str, recipient_type: str) -> bool:
    """Whether marketing on `channel` to such a recipient needs a prior yes; unknown places do."""
    named = packs().get(jurisdiction)
    if named is None:
        return True
    asked: list[str] = named.value("consent.channels", [])
    needed: dict[str, bool] = named.value("consent.needed_for", {})
    return channel in asked and needed.get(recipient_type, True)


@cache
def needs_registry(jurisdiction: str) -> bool:
    """Whether the law there wants commercial messages checked against a public registry."""
    named = packs().get(jurisdiction)
    return named is not None and bool(named.value("registry.name", ""))
