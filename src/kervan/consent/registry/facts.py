"""Reads what is held to be so of the registry, each fact with its source."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import resources
from typing import Any


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts as one account sees them: numbers in the unit of their names' last word."""

    channels: dict[str, str]
    sources: dict[str, str]
    values: dict[str, Any]

    def number(self, name: str) -> float:
        """A value that is a number."""
        return float(self.values[name])

    def type_of(self, channel: str) -> str:
        """The registry's type of a channel, "" where it has none."""
        return self.channels.get(channel, "")

    def channels_of(self, kind: str) -> list[str]:
        """The channels that a registry's type stands for."""
        return [channel for channel, mapped in self.channels.items() if mapped == kind]

    def before_2015_at(self) -> datetime:
        """The one date of consents from before the law (with its zone)."""
        at = self.values["before_2015_at"]
        assert isinstance(at, datetime)
        return at


@cache
def _file() -> dict[str, dict[str, dict[str, Any]]]:
    place = resources.files(__package__).joinpath("facts.toml")
    return tomllib.loads(place.read_text(encoding="utf-8"))


def facts(changed: Mapping[str, Any] | None = None) -> Facts:
    """The facts, with an account's changes such as {"channels.whatsapp": "MESAJ"} on top."""
    file = _file()
    found = {
        "channels": {name: one["type"] for name, one in file["channels"].items()},
        "sources": {name: one["name"] for name, one in file["sources"].items()},
        "values": {name: one["value"] for name, one in file["values"].items()},
    }
    for path, value in (changed or {}).items():
        topic, _, name = path.partition(".")
        if name in found.get(topic, {}):
            found[topic][name] = value
    return Facts(found["channels"], found["sources"], found["values"])


def source_of(registry_name: str) -> str:
    """Our word for a source of the registry's (IYS_WEB ...); what is new there is its web."""
    names = {one["name"]: ours for ours, one in _file()["registry"].items()}
    return names.get(registry_name, "registry_web")


def is_registrys(source: str) -> bool:
    """Whether a word of consent came from the registry itself, and need not go there."""
    return source in _file()["registry"]


def can_check(provider: str) -> bool:
    """Whether a way to the registry has a call for the state of an address."""
    return bool(_file()["providers"].get(provider, {}).get("checks", True))


def explain(path: str) -> str:
    """Where a fact (`topic.name`) stands, "" for an unknown one."""
    topic, _, name = path.partition(".")
    return str(_file().get(topic, {}).get(name, {}).get("source", ""))
