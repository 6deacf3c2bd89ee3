"""What the gate must know of the people of a rehearsal, as it was at any instant of the window.

Histories answer as of an instant: addresses by when they were first claimed, suppressions by when
they began, consent by the ledger (consents.py). What has no history is as it is today, and the
report says so: where people are, their choices of pauses and frequency.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from clickhouse_connect.driver.client import Client

from kervan.consent import packs, preferences
from kervan.consent.channels import IDENTIFIER_OF, KIND_OF
from kervan.consent.judge import Codes, Flags
from kervan.consent.look_up import places as jurisdictions
from kervan.journeys import pack
from kervan.journeys.columns import Int64
from kervan.journeys.steps.step import NEVER
from kervan.kernel import clock, postgres, sql
from kervan.kernel.postgres import Connection
from kervan.profiles.tokens import PLATFORMS_OF

_SQL = sql.load(__package__, "people.sql")
DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Crowd:
    """People in the order of their numbers, one row each; times in ms, NEVER for not at all.

    `since_ms` is from when on she has an address of each kind (email, phone), `devices_ms` from
    when until when (left out) a channel reaches a device or a chat of hers, `suppressed_ms` from
    when on nothing may go to her address of a kind by a channel. `home` is her (zone, country),
    "" for what nobody knows; `law` a code of consent's places (0: nobody said) and `merchant` what
    she is; `paused_ms` until when she wants nothing, `most` within `most_ms` how much she allows.
    """

    person: Int64
    known: Flags
    since_ms: dict[str, Int64]
    devices_ms: dict[str, tuple[Int64, Int64]]
    suppressed_ms: dict[tuple[str, str], Int64]
    home: list[tuple[str, str]]
    country: list[str]
    law: Codes
    merchant: Flags
    paused_ms: Int64
    most: Int64
    most_ms: Int64

    def rows(self, person: Int64) -> Int64:
        """Their rows."""
        return np.searchsorted(self.person, person)

    def reachable(self, row: Int64, channel: str, at_ms: Int64) -> Flags:
        """Who has an address on a channel at her instant; one without addresses reaches all."""
        if channel in PLATFORMS_OF:
            if channel not in self.devices_ms:
                return np.zeros(len(row), np.bool_)
            begin, end = (one[row] for one in self.devices_ms[channel])
            return np.asarray((begin <= at_ms) & (at_ms < end), np.bool_)
        kind = KIND_OF.get(channel)
        if kind is None:
            return self.known[row]
        since = self.since_ms.get(kind)
        if since is None:
            return np.zeros(len(row), np.bool_)
        return np.asarray(since[row] <= at_ms, np.bool_)

    def suppressed(self, row: Int64, channel: str, at_ms: Int64) -> Flags:
        """To whose address nothing may go on a channel at her instant."""
        found, kind = np.zeros(len(row), np.bool_), KIND_OF.get(channel, "")
        for one in ((kind, channel), (kind, "")):
            if one in self.suppressed_ms:
                found |= self.suppressed_ms[one][row] <= at_ms
        return found


def crowd(conn: Connection, client: Client, people: Int64) -> Crowd:
    """These people (rising numbers, each once)."""
    asked: dict[str, object] = {"people": postgres.array(people.tolist())}
    count = len(people)
    found = arrays(conn, _SQL.who, asked, (pack.INT8, pack.TIME, pack.TIME))
    row = np.searchsorted(people, found[0])
    known = np.zeros(count, np.bool_)
    known[row] = True
    since = {name: np.full(count, NEVER, np.int64) for name in ("email", "phone")}
    for column, name in zip(found[1:], since, strict=True):
        since[name][row] = column
    law, merchant = _law(conn, asked, people)
    country = _countries(client, people, since["phone"])
    paused, most, most_ms = _choices(conn, people)
    return Crowd(
        people, known, since, _devices(conn, people), _suppressed(conn, asked, people),
        _homes(conn, asked, people, country), country, law, merchant, paused, most, most_ms,
    )  # fmt: skip


def arrays(
    conn: Connection, text: str, asked: dict[str, object], kinds: tuple[Any, ...]
) -> list[Int64]:
    """The one row of arrays that a statement gives, as columns of whole numbers."""
    with conn.cursor(binary=True) as cursor:
        cursor.execute(text, asked)
        return [one.astype(np.int64) for one in pack.columns(cursor, kinds)]


def _devices(conn: Connection, people: Int64) -> dict[str, tuple[Int64, Int64]]:
    channels = sorted(PLATFORMS_OF)
    pairs = [(one, i) for i, name in enumerate(channels) for one in PLATFORMS_OF[name]]
    asked: dict[str, object] = {
        "people": postgres.array(people.tolist()),
        "platforms": [one for one, _ in pairs], "channels": [i for _, i in pairs],
    }  # fmt: skip
    kinds = (pack.INT8, pack.INT2, pack.TIME, pack.TIME)
    head, channel, since, until = arrays(conn, _SQL.devices, asked, kinds)
    found = {}
    for i, name in enumerate(channels):
        mine = np.flatnonzero(channel == i)
        if len(mine):
            row = np.searchsorted(people, head[mine])
            begin, end = np.full(len(people), NEVER), np.full(len(people), NEVER)
            begin[row], end[row] = since[mine], until[mine]
            found[name] = (begin, end)
    return found


def _suppressed(
    conn: Connection, asked: dict[str, object], people: Int64
) -> dict[tuple[str, str], Int64]:
    kinds = {number: kind for kind, number in IDENTIFIER_OF.items()}
    found: dict[tuple[str, str], Int64] = {}
    for person, kind, channel, at in conn.execute(_SQL.suppressed, asked).fetchall():
        never = np.full(len(people), NEVER, np.int64)
        column = found.setdefault((kinds[kind], channel), never)
        column[int(np.searchsorted(people, person))] = clock.to_ms(at)
    return found


def _countries(client: Client, people: Int64, phone_ms: Int64) -> list[str]:
    """The country of each one's number, "" where she has none."""
    if not (phone_ms != NEVER).any():
        return [""] * len(people)
    found = client.query_arrow(_SQL.countries)
    person = found["person"].to_numpy()
    row = np.minimum(np.searchsorted(people, person), max(len(people) - 1, 0))
    mine = np.flatnonzero((people[row] == person) & (phone_ms[row] != NEVER))
    told = np.full(len(people), "", object)
    told[row[mine]] = found["country"].take(mine).to_pylist()
    return [str(one) for one in told.tolist()]


def _homes(
    conn: Connection, asked: dict[str, object], people: Int64, country: list[str]
) -> list[tuple[str, str]]:
    homes = [("", one) for one in country]
    for person, zone, said in conn.execute(_SQL.places, asked).fetchall():
        row = int(np.searchsorted(people, person))
        mine = said.upper() if len(said) == 2 else homes[row][1]
        homes[row] = (zone or homes[row][0], mine)
    return homes


def _law(conn: Connection, asked: dict[str, object], people: Int64) -> tuple[Codes, Flags]:
    law, merchant = np.zeros(len(people), np.uint8), np.zeros(len(people), np.bool_)
    keys = jurisdictions()
    for person, is_merchant, country in conn.execute(_SQL.merchants, asked).fetchall():
        row = int(np.searchsorted(people, person))
        merchant[row] = is_merchant
        if country:
            law[row] = keys.index(packs.of_country(country))
    return law, merchant


def _choices(conn: Connection, people: Int64) -> tuple[Int64, Int64, Int64]:
    paused, most, most_ms = (np.zeros(len(people), np.int64) for _ in range(3))
    for person, one in preferences.of_people(conn, people.tolist()).items():
        row = int(np.searchsorted(people, person))
        if one.paused_until is not None:
            paused[row] = clock.to_ms(one.paused_until)
        most[row], most_ms[row] = one.most, one.most_days * DAY_MS
    return paused, most, most_ms
