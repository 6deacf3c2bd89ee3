"""Gives a person everything we know of her, as files a machine can read (access, portability).

One zip: JSON for each kind of data, one line of JSON for each event, and a page that says in her
language what is what. Nothing of it is kept: it is written where the caller says.
"""

import zipfile
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Any

import msgspec
from clickhouse_connect.driver.client import Client

from kervan.commerce import disclose as commerce
from kervan.consent import preferences
from kervan.consent import store as consent
from kervan.delivery import disclose as delivery
from kervan.delivery import inbound
from kervan.delivery.audiences import erase as audiences
from kervan.delivery.tasks import erase as tasks
from kervan.history import erase as history
from kervan.journeys import disclose as journeys
from kervan.journeys.why import disclose as decided
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.errors import KervanError
from kervan.kernel.i18n import LOCALES, say
from kervan.kernel.postgres import Connection
from kervan.onsite import inbox
from kervan.profiles import gather, store
from kervan.profiles.gather import Identifier, Profile

FILES = (
    "profile", "identifiers", "consents", "preferences", "messages", "inbox", "written", "tasks",
    "audiences", "journeys", "decisions", "orders", "coupons", "points", "events",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Written:
    """What an export holds: how many entries of each kind, in whose language the page is."""

    locale: str
    counts: dict[str, int]


def write(
    conn: Connection,
    client: Client,
    vault: WorkspaceVault,
    public_url: str,
    head: int,
    at: datetime,
    out: IO[bytes],
    *,
    locale: str = "en",
) -> Written:
    """Write the zip of `head`; `locale` is for those whose language we do not know.

    Raises privacy.person_unknown.
    """
    who = gather.gather(conn, vault, [head]).get(head)
    if who is None:
        raise KervanError("privacy.person_unknown", status=404)
    said = {name: kept[0] for name, kept in who.traits.items()}
    wanted = str(said.get("language") or said.get("locale") or "")[:2].lower()
    language = wanted if wanted in LOCALES else locale
    systems = {f"customer_id.{kind}": name for name, kind in store.namespaces(conn).items()}
    parts: dict[str, list[Any]] = {
        "profile": [_profile(who)],
        "identifiers": [_identifier(one, systems) for one in (*who.identifiers, *who.claims)],
        "consents": [_plain(one) for one in consent.of_people(conn, who.atoms)],
        "preferences": _preferences(conn, who.identifiers),
        "messages": [_plain(one) for one in delivery.disclose(conn, vault, public_url, who.atoms)],
        "written": [_plain(one) for one in inbound.disclose(conn, vault, who.atoms)],
        "tasks": [_plain(one) for one in tasks.disclose(conn, vault, who.atoms)],
        "inbox": [_plain(one) for one in inbox.disclose(conn, vault, who.atoms)],
        "audiences": [_plain(one) for one in audiences.disclose(conn, who.atoms)],
        "journeys": [_plain(one) for one in journeys.disclose(conn, vault, who.atoms)],
        "decisions": [_plain(one) for one in decided.disclose(conn, client, who.atoms)],
        "orders": [_plain(one) for one in commerce.disclose(conn, who.atoms)],
        "coupons": [_plain(one) for one in commerce.coupons(conn, who.atoms)],
        "points": [_plain(one) for one in journeys.points(conn, who.atoms)],
    }
    counts = {name: len(rows) for name, rows in parts.items()}
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as folder:
        for name, rows in parts.items():
            text = msgspec.json.encode(rows[0] if name == "profile" else rows, enc_hook=str)
            folder.writestr(f"{name}.json", msgspec.json.format(text, indent=2))
        with folder.open("events.ndjson", "w", force_zip64=True) as lines:
            counts["events"] = 0
            for event in history.disclose(client, who.atoms):
                lines.write(msgspec.json.encode(event, enc_hook=str) + b"\n")
                counts["events"] += 1
        folder.writestr(
            f"{say('privacy.readme_name', language)}.txt", _readme(language, counts, at)
        )
    return Written(language, counts)


def _profile(who: Profile) -> dict[str, Any]:
    return {
        "id": str(who.id),
        "known_since": who.created_at,
        "traits": {
            name: {"value": kept[0], "said_at_ms": kept[1]}
            for name, kept in sorted(who.traits.items())
        },
    }


def _preferences(conn: Connection, hers: list[Identifier]) -> list[dict[str, Any]]:
    """What holds now at each of her addresses: channels and topics, and what she chose."""
    words = preferences.words(conn, [one.hash for one in hers])
    found = []
    for one in hers:
        said = [word for word in words if word.contact == one.hash]
        chosen = preferences.read(conn, one.hash)
        if said or chosen != preferences.Choices():
            found.append(
                {
                    "address": one.value,
                    "channels": [_word(word) for word in said if not word.topic],
                    "topics": [{"topic": word.topic, **_word(word)} for word in said if word.topic],
                    "language": chosen.language or None,
                    "paused_until": chosen.paused_until,
                    "at_most": {"messages": chosen.most, "days": chosen.most_days}
                    if chosen.most
                    else None,
                }
            )
    return found


def _word(word: preferences.Word) -> dict[str, Any]:
    return {
        "channel": word.channel,
        "status": word.status,
        "since": word.occurred_at,
        "until": word.expires_at,
    }


def _identifier(one: Identifier, systems: dict[str, str]) -> dict[str, Any]:
    return {
        "kind": "customer_id" if one.kind in systems else one.kind,
        "system": systems.get(one.kind),
        "value": one.value,
        "claimed_at": one.claimed_at,
        "verified_at": one.verified_at,
        "belongs_to_you": not one.reason,
        "reason": one.reason,
    }


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    """A row without what only machines of ours can read: bytes are written in hex."""
    return {
        name: value.hex() if isinstance(value, bytes | memoryview) else value
        for name, value in row.items()
    }


def _readme(locale: str, counts: dict[str, int], at: datetime) -> str:
    day: date = at.date()
    lines = [say("privacy.readme_title", locale, day=day.isoformat()), ""]
    for name in FILES:
        file = f"{name}.{'ndjson' if name == 'events' else 'json'}"
        what = say(f"privacy.readme_{name}", locale)
        lines.append(f"{file} ({counts[name]}): {what}")
    return "\n".join([*lines, "", say("privacy.readme_rights", locale), ""])
