"""Lets people into a journey by a call: whoever is named in any way, once for each request."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from kervan.collect import personal
from kervan.journeys import parse, stored
from kervan.journeys.entry import calling
from kervan.journeys.entry.calling import Call, Calling
from kervan.kernel import clock, ids, sql
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.profiles import identifiers, store
from kervan.profiles import read as profiles
from kervan.profiles.sighting import Claim, Reader
from kervan.segments.definitions.lists import Refused

_SQL = sql.load(__package__, "store.sql")
LIMIT_PEOPLE = 1_000
LIMIT_PROPERTY_BYTES = 16_000
"""Of what goes for everybody, and of each one's own: everybody called carries both along."""
_KINDS = {
    "customer_id": identifiers.CUSTOMER,
    "email": identifiers.EMAIL,
    "phone": identifiers.PHONE,
}
NAMES = ("person", *_KINDS)
_OWN = ("journey", "by")


class Named(msgspec.Struct, forbid_unknown_fields=True):
    """One person, named in exactly one way (`person` is her public id), with what is said of her
    entry."""

    person: str = ""
    customer_id: str = ""
    email: str = ""
    phone: str = ""
    properties: dict[str, Any] = {}


class Wanted(msgspec.Struct, forbid_unknown_fields=True):
    """Who is to come in; `properties` go for everybody, her own before them."""

    people: list[Named]
    properties: dict[str, Any] = {}


@dataclass(slots=True)
class Answer:
    """How many were called, who was not; `repeated` says that this request came before."""

    called: int = 0
    refused: list[Refused] = field(default_factory=list)
    repeated: bool = False


def enter(
    conn: Connection, vault: WorkspaceVault, country: str, journey: str, wanted: Wanted,
    request: str, at: datetime, zone: str = parse.ZONE,
) -> Answer:  # fmt: skip
    """Call people into the live journey with this key, in the caller's transaction.

    Whether somebody then enters is decided where all entries are, by the journey's own rules. The
    same `request` again (an idempotency key; "" for none) calls nobody twice. Contact points in
    properties are blotted out: they would lie in history in the clear. Raises
    journeys.unknown_journey (404), journeys.not_called, journeys.not_open, journeys.request_reused
    (409), journeys.too_many_to_enter, journeys.enter_too_big (422). Whose own properties are too
    big is refused alone.
    """
    if len(wanted.people) > LIMIT_PEOPLE:
        raise KervanError("journeys.too_many_to_enter", status=422, limit=LIMIT_PEOPLE)
    if _is_big(wanted.properties):
        facts = {"path": "properties", "limit": LIMIT_PROPERTY_BYTES}
        raise KervanError("journeys.enter_too_big", status=422, **facts)
    mine = _callable(conn, journey, clock.to_ms(at), zone)
    name = ids.uuid7(clock.to_ms(at)).hex
    answer = Answer()
    if request:
        key = ids.hash16(journey.encode(), b"\0", request.encode())
        answer.repeated = _keep_request(conn, key, wanted, at)
        name = key.hex()
    people = _people(conn, Reader(vault, country), wanted.people, answer.refused)
    shared = _clean(wanted.properties)
    calls = [
        Call(person, f"{name}-{i}", clock.to_ms(at), {**shared, **_clean(one.properties)})
        for i, one in enumerate(wanted.people)
        if (person := people.get(i))
    ]
    answer.called = len(calls)
    if not answer.repeated:
        calling.call(conn, mine, "api", calls)
    return answer


def _callable(conn: Connection, key: str, at_ms: int, zone: str) -> Calling:
    row = conn.execute(_SQL.live, {"key": key}).fetchone()
    number = conn.execute(_SQL.journey, {"key": key}).fetchone()
    if row is None or number is None:
        raise KervanError("journeys.unknown_journey", status=404, key=key[:80])
    found = stored.read(str(row[0]), zone)
    if found.header.trigger.kind != "called":
        kind = found.header.trigger.kind
        raise KervanError("journeys.not_called", status=409, key=key, kind=kind)
    mine = Calling(int(number[0]), key, found, 0)
    if not calling.open_between(mine, [at_ms]):
        raise KervanError("journeys.not_open", status=409, key=key)
    return mine


def _keep_request(conn: Connection, key: bytes, wanted: Wanted, at: datetime) -> bool:
    """Whether this request came before; a transaction under way with it is waited for."""
    body = ids.hash16(msgspec.json.encode(wanted, order="sorted"))
    asked = {"key": key, "body": body, "at": at}
    if conn.execute(_SQL.add_request, asked).rowcount:
        return False
    row = conn.execute(_SQL.request, {"key": key}).fetchone()
    if row is None or bytes(row[0]) != body:
        raise KervanError("journeys.request_reused", status=409)
    return True


def _people(
    conn: Connection, reader: Reader, named: Sequence[Named], refused: list[Refused]
) -> dict[int, int]:
    """{place: the person there}; all are looked up at once."""
    claims: dict[int, Claim] = {}
    outside: dict[int, uuid.UUID] = {}
    for i, one in enumerate(named):
        given = [name for name in NAMES if getattr(one, name)]
        if len(given) != 1:
            refused.append(Refused(f"people[{i}]", "journeys.enter_one_name"))
            continue
        if _is_big(one.properties):
            facts = {"limit": LIMIT_PROPERTY_BYTES}
            refused.append(Refused(f"people[{i}].properties", "journeys.enter_too_big", facts))
            continue
        (name,) = given
        value = getattr(one, name)
        claim = reader.claim(_KINDS[name], value) if name in _KINDS else None
        public = _uuid(value) if name == "person" else None
        if claim is not None:
            claims[i] = claim
        elif public is not None:
            outside[i] = public
        else:
            refused.append(Refused(f"people[{i}].{name}", "journeys.enter_bad_name"))
    owners = store.owners(conn, list(set(claims.values())))
    heads = profiles.heads(conn, owners.values())
    known: dict[uuid.UUID, int] = {}
    if outside:
        asked = {"ids": list(set(outside.values()))}
        known = dict(conn.execute(_SQL.people_of_ids, asked).fetchall())
    found = {i: heads.get(owners.get(claim, 0), 0) for i, claim in claims.items()}
    found |= {i: known.get(one, 0) for i, one in outside.items()}
    unknown = [i for i, person in found.items() if not person]
    refused += [Refused(f"people[{i}]", "journeys.enter_unknown_person") for i in unknown]
    refused.sort(key=lambda one: int(one.path[len("people[") :].partition("]")[0]))
    return found


def _is_big(properties: dict[str, Any]) -> bool:
    return len(msgspec.json.encode(properties)) > LIMIT_PROPERTY_BYTES


def _clean(properties: dict[str, Any]) -> dict[str, Any]:
    plain = {key: one for key, one in properties.items() if key not in _OWN}
    return dict(personal.replaced(plain, None))


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
