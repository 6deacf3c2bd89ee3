"""Turns rows of a list of people into events: who she is, and what she agreed to."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from importlib import resources
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from kervan.collect import fields, read_files, timestamps
from kervan.collect.event import MAX_EVENT_BYTES, RejectedError
from kervan.collect.read_people import Row
from kervan.consent import ledger
from kervan.consent.channels import KIND_OF
from kervan.kernel import clock, ids
from kervan.kernel.errors import KervanError
from kervan.profiles import identifiers, names

IDENTIFIERS = {
    "customer_id": identifiers.CUSTOMER,
    "email": identifiers.EMAIL,
    "phone": identifiers.PHONE,
    "card": identifiers.CARD,
}
OTHER_SYSTEM = "external_ids"
"""The place of a customer id in another system, `external_ids.NAME`."""
IDENTIFYING = frozenset(
    {"email", "phone", "card", "loyalty_card", "loyaltyId", "whatsapp", "instagram", "telegram"}
)
"""Traits that name somebody: an export leaves them out, for an import would believe them."""
_ALONE = frozenset({"customer_id", "at", "consent_at"})
# A second one of the same system, as an export writes it, has a number: external_ids_2.erp.
_OTHER = re.compile(rf"{OTHER_SYSTEM}(?:_\d+)?\.(.+)", re.DOTALL)
# What a spreadsheet would run when it opens the file; a plus before digits is a phone number.
_RUNS = re.compile(r"'*(?:[=@\t\r]|[+-](?![\d ().-]*$))")
_KINDS = ("", "number", "text", "bool", "json")
_DAYS = ("%d.%m.%Y", "%d.%m.%Y %H:%M", "%d.%m.%Y %H:%M:%S", "%d/%m/%Y", "%d/%m/%Y %H:%M")
_TOPIC_CHARS = 60
_encode = msgspec.json.encode


@dataclass(frozen=True)
class Place:
    """Where one column goes: `what` (an identifier, at, consent_at, traits, consent, topic, -).

    `name` is the trait's, the other system's or the consent's channel; `kind` the trait's, the
    consent's purpose or its topic.
    """

    column: str
    what: str
    name: str = ""
    kind: str = ""

    def __str__(self) -> str:
        return ".".join(filter(None, (self.what, self.name, self.kind)))

    @property
    def purpose(self) -> str:
        """Of a consent: its purpose. Topics are of marketing."""
        return "marketing" if self.what == "topic" else self.kind

    @property
    def topic(self) -> str:
        """Of a consent on a topic: which."""
        return self.kind if self.what == "topic" else ""


@dataclass
class Made:
    """What one row became: events as JSON, and which of its values were left out and why."""

    events: list[bytes] = field(default_factory=list)
    left_out: list[KervanError] = field(default_factory=list)


@cache
def _known() -> tuple[dict[str, str], dict[str, str]]:
    text = resources.files(__package__).joinpath("people_columns.toml").read_text(encoding="utf-8")
    said = tomllib.loads(text)
    places = {name: place for place, group in said["places"].items() for name in group}
    return places, {word: answer for answer, group in said["answers"].items() for word in group}


def plan(columns: list[str], given: Mapping[str, str]) -> list[Place]:
    """Where each column goes: as `given` says, else by what such columns are called, else a trait.

    Raises collect.people_place for a place that does not exist, collect.people_no_identifier when
    no column names anybody, collect.people_twice for two columns in one place.
    """
    found = places(columns, given)
    if not any(one.what in IDENTIFIERS or one.what == OTHER_SYSTEM for one in found):
        raise KervanError("collect.people_no_identifier")
    seen: set[str] = set()
    for one in found:
        many = one.what in ("-", OTHER_SYSTEM)
        if not many and str(one) in seen and (one.what in _ALONE or one.name):
            raise KervanError("collect.people_twice", name=str(one))
        seen.add(str(one))
    return found


def places(columns: list[str], given: Mapping[str, str]) -> list[Place]:
    """The same whether or not a list can be taken so: for who still says where columns go.

    Raises collect.people_no_such_column, collect.people_place.
    """
    if missing := [name for name in given if name not in columns]:
        raise KervanError("collect.people_no_such_column", name=missing[0][:80])
    return [_place(column, given.get(column) or _guess(column)) for column in columns]


def _guess(column: str) -> str:
    whole = column.partition(":")[0]
    if whole in IDENTIFIERS or whole in ("at", "consent_at"):
        return whole
    if whole.startswith(("traits.", "consent.", "consent_at.", "topic.", "topic_at.")):
        return column
    if other := _OTHER.fullmatch(whole):
        return f"{OTHER_SYSTEM}.{other[1]}"
    # email.2 and its like: another of the same, as an export writes them.
    first, _, number = whole.partition(".")
    if first in IDENTIFIERS and number.isdigit():
        return first
    return _known()[0].get(names.fold(column)) or f"traits.{column}"


def _place(column: str, place: str) -> Place:
    if place == "-" or place in IDENTIFIERS or place in ("at", "consent_at"):
        return Place(column, place)
    what, _, rest = place.partition(".")
    if what == "traits" and rest:
        name, sign, kind = rest.rpartition(":")
        if not (sign and name and kind in _KINDS):
            name, kind = rest, ""
        return Place(column, what, name[:100], kind)
    if what == OTHER_SYSTEM and (system := fields.system(rest)):
        return Place(column, what, system)
    if what in ("topic", "topic_at"):
        channel, _, topic = rest.partition(".")
        if channel in KIND_OF and 0 < len(topic) <= _TOPIC_CHARS and topic.isprintable():
            return Place(column, what, channel, topic)
    if what == "consent_at" and rest in KIND_OF:
        return Place(column, what, rest)
    if what == "consent" and rest:
        channel, _, purpose = rest.partition(".")
        if channel in KIND_OF:
            return Place(column, what, channel, purpose or "marketing")
    raise KervanError("collect.people_place", column=column[:80], place=place[:80])


class Maker:
    """Makes events of the rows of one file.

    Rows without a time of their own are of `at_ms`, times without a zone of `zone`, phone numbers
    without a country code of `country`; `now_ms` is when it is done. `guarded` texts may have an
    apostrophe in front of what a spreadsheet would run.
    """

    def __init__(
        self,
        places: list[Place],
        constants: Mapping[str, str],
        *,
        at_ms: int,
        now_ms: int,
        country: str,
        zone: str,
        guarded: bool = False,
    ) -> None:
        self._at_ms = at_ms
        self._now = clock.from_ms(now_ms)
        self._country = country
        self._zone = ZoneInfo(zone)
        fixed = [(_place(place, place), value) for place, value in constants.items()]
        self._constants = [value for _, value in fixed]
        self._who, self._traits, self._consents = [], [], []
        self._guarded = guarded
        self._time: int | None = None
        self._consent_times: dict[str, int] = {}
        for i, one in enumerate([*places, *(place for place, _ in fixed)]):
            if one.what in IDENTIFIERS:
                self._who.append((i, one, IDENTIFIERS[one.what]))
            elif one.what == OTHER_SYSTEM:
                self._who.append((i, one, identifiers.FIRST_NAMESPACE))
            elif one.what == "traits":
                self._traits.append((i, one))
            elif one.what in ("consent", "topic"):
                self._consents.append((i, one))
            elif one.what == "at":
                self._time = i
            elif one.what in ("consent_at", "topic_at"):
                self._consent_times[".".join(filter(None, (one.name, one.kind)))] = i

    def make(self, row: Row) -> Made:
        """The events of one row. Raises KervanError for a row that cannot be taken."""
        if row.error is not None:
            raise row.error
        cells = row.cells + self._constants if self._constants else row.cells
        made = Made()
        at_ms = self._when(cells, self._time, self._at_ms)
        who, others = self._identify(cells, made)
        traits = {}
        for i, place in self._traits:
            cell = cells[i]
            if cell is not None and cell != "":
                if self._guarded and cell[0] == "'":
                    cell = unguarded(cell)
                traits[place.name] = read_files.typed(place.name, place.kind or "text", cell)
        stamp = _stamp(at_ms)
        try:
            made.events.append(_identified(who, traits, stamp))
            made.events += [_identified(one, {}, stamp) for one in others]
            if self._consents:
                self._consent(cells, who, at_ms, made)
        except UnicodeEncodeError:
            raise KervanError("collect.people_row_letters") from None
        if any(len(one) > MAX_EVENT_BYTES for one in made.events):
            raise KervanError("collect.event_too_large", detail=str(len(made.events[0])))
        return made

    def _when(self, cells: list[Any], i: int | None, default: int) -> int:
        if i is None or cells[i] is None or cells[i] == "":
            return default
        return when(cells[i], self._zone)

    def _identify(
        self, cells: list[Any], made: Made
    ) -> tuple[dict[str, str], list[dict[str, str]]]:
        """Who the row is about, and her further addresses, each beside the first identifier."""
        found: list[tuple[str, str]] = []
        for i, place, kind in self._who:
            cell = cells[i]
            if cell is None or cell == "":
                continue
            text = cell.strip() if isinstance(cell, str) else str(cell)
            if self._guarded:
                text = unguarded(text)
            if not text:
                continue
            if identifiers.normalise(kind, text, self._country) is None:
                made.left_out.append(
                    KervanError("collect.people_not_good", column=place.column, kind=str(place))
                )
            else:
                found.append((str(place), text))
        if not found:
            raise KervanError("collect.people_nobody")
        return self._told_apart(found, made)

    def _told_apart(
        self, found: list[tuple[str, str]], made: Made
    ) -> tuple[dict[str, str], list[dict[str, str]]]:
        who: dict[str, str] = {}
        others: list[dict[str, str]] = []
        systems = 0
        for what, text in found:
            other = what not in IDENTIFIERS
            if what not in who and not (other and systems == fields.MOST_EXTERNAL_IDS):
                who[what] = text
                systems += other
            elif other and who.get(what) not in (None, text):
                others.append({what: text})  # a second customer of one system is somebody else
            elif who.get(what) != text:
                beside = next(((n, one) for n, one in found if n != what), None)
                if beside is None:
                    made.left_out.append(KervanError("collect.people_second", kind=what))
                else:
                    others.append({beside[0]: beside[1], what: text})
        return who, others

    def _consent(self, cells: list[Any], who: dict[str, str], at_ms: int, made: Made) -> None:
        times = self._consent_times
        for i, place in self._consents:
            cell = cells[i]
            if cell is None or cell == "":
                continue
            time = times.get(place.name, times.get(""))
            if place.what == "topic":
                time = times.get(f"{place.name}.{place.kind}", time)
            said_ms = self._when(cells, time, at_ms)
            answer = _known()[1].get(names.fold(str(cell)))
            if answer is None:
                made.left_out.append(KervanError("collect.people_answer", column=place.column))
                continue
            code, fact = ledger.refusal(
                ledger.Change(
                    channel=place.name,
                    status=answer,
                    occurred_at=clock.from_ms(said_ms),
                    purpose=place.purpose,
                    topic=place.topic,
                    person=1,
                ),
                self._now,
            )
            if code:
                made.left_out.append(KervanError(code, given=fact))
                continue
            made.events.append(_agreed(who, place, answer, _stamp(said_ms)))


def guarded(text: str) -> str:
    """A text for a cell: with an apostrophe in front if a spreadsheet would run it."""
    return f"'{text}" if _RUNS.match(text) else text


def unguarded(text: str) -> str:
    """What `guarded` was given."""
    return text[1:] if text[:1] == "'" and _RUNS.match(text[1:]) else text


def when(value: Any, zone: ZoneInfo) -> int:
    """A time as lists write it, ISO 8601 or 31.12.2026 10:00; without a zone it is of `zone`.

    Raises collect.bad_time.
    """
    if isinstance(value, str):
        text = value.strip()
        for form in _DAYS if text[2:3] in "./" else ():
            try:
                return clock.to_ms(datetime.strptime(text, form).replace(tzinfo=zone))
            except (ValueError, OverflowError):
                continue
        try:
            found = datetime.fromisoformat(text)
            return clock.to_ms(found if found.tzinfo else found.replace(tzinfo=zone))
        except (ValueError, OverflowError):
            pass
    try:
        at_ms = timestamps.read(value)
    except RejectedError as error:
        raise KervanError(error.reason, detail=error.detail) from None
    if at_ms is None:
        raise KervanError("collect.bad_time", detail="")
    return at_ms


def _stamp(at_ms: int) -> str:
    return clock.from_ms(at_ms).isoformat(timespec="milliseconds")


def _identified(who: dict[str, str], traits: dict[str, Any], stamp: str) -> bytes:
    said: dict[str, Any] = {"type": "identify", "timestamp": stamp}
    if "customer_id" in who:
        said["userId"] = who["customer_id"]
    said["traits"] = {**traits, **_addresses(who)}
    if others := _others(who):
        said["context"] = {"externalIds": others}
    return _named(_encode(said))


def _agreed(who: dict[str, str], place: Place, answer: str, stamp: str) -> bytes:
    said: dict[str, Any] = {
        "type": "track",
        "event": "Consent Changed",
        "timestamp": stamp,
        "properties": {
            "channel": place.name,
            "purpose": place.purpose,
            "status": answer,
            "source": "import",
        },
    }
    if place.topic:
        said["properties"]["topic"] = place.topic
    if "customer_id" in who:
        said["userId"] = who["customer_id"]
    said["context"] = {"traits": _addresses(who)}
    if others := _others(who):
        said["context"]["externalIds"] = others
    return _named(_encode(said))


def _addresses(who: dict[str, str]) -> dict[str, str]:
    return {n: one for n, one in who.items() if n in IDENTIFIERS and n != "customer_id"}


def _others(who: dict[str, str]) -> list[dict[str, str]]:
    """Her ids in other systems, as `externalIds` names them."""
    return [
        {"type": name.removeprefix(f"{OTHER_SYSTEM}."), "id": one, "collection": "users"}
        for name, one in who.items()
        if name not in IDENTIFIERS
    ]


def _named(event: bytes) -> bytes:
    """With a message id made of all it says: the same word again is the same message."""
    return event[:-1] + b',"messageId":"import-%b"}' % ids.hash16(event).hex().encode()
