"""Makes a journey text live: shows what would change, keeps every version, pins those inside."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

import msgspec

from kervan.journeys import parse
from kervan.journeys.checklist import look
from kervan.journeys.definition import Definition
from kervan.journeys.parse import ZONE
from kervan.journeys.publish import change, compiled, deeds, heads, named
from kervan.journeys.publish.carry import ALL_STAY, Choice
from kervan.journeys.publish.deeds import Journey
from kervan.journeys.publish.heads import Head
from kervan.journeys.steps.step import Facts
from kervan.kernel import clock, i18n, sql
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "apply.sql")


@dataclass(frozen=True, slots=True)
class Plan:
    """What applying a text would do.

    `change` is `new`, `changed` or `same`; `number` the version that would be live; `before` the
    one live now (0 for none); `inside` how many people are in the journey now, `heads` what each
    `choice` would do with them, step by step.
    """

    key: str
    name: str
    change: str
    number: int
    before: int
    inside: int
    steps: tuple[str, ...]
    heads: tuple[Head, ...] = ()
    choice: Choice = ALL_STAY

    def say(self, locale: str = "en") -> str:
        """The plan as sentences."""
        moving = "_moving" if self.change == "changed" and self.choice.people != "stay" else ""
        head = i18n.say(
            f"journeys.plan_{self.change}{moving}", locale, key=self.key, name=self.name,
            number=self.number, before=self.before, inside=self.inside,
        )  # fmt: skip
        steps = [f"  {i}. {step}" for i, step in enumerate(self.steps, 1)]
        return "\n".join([head, *steps, *heads.say(self.heads, self.choice, locale)])


def plan(
    conn: Connection, text: str, locale: str = "en", *, choice: Choice = ALL_STAY,
    at_ms: int | None = None, facts: Facts = heads.NOBODY, zone: str = ZONE,
) -> Plan:  # fmt: skip
    """What `apply` would do at `at_ms` (now), without doing it. Raises JourneyNotValid."""
    definition = parse.parse(text, zone)
    found = deeds.find(conn, definition.header.key)
    now_ms = clock.now_ms() if at_ms is None else at_ms
    return _plan(conn, definition, text, found, locale, choice, now_ms, facts)


def check(
    conn: Connection, text: str, locale: str = "en", *, law: str | None = None,
    choice: Choice = ALL_STAY, expected: int | None = None, zone: str = ZONE,
) -> Plan:  # fmt: skip
    """All that `apply` looks at; templates are kept, nothing goes live. Raises what it raises."""
    definition = parse.parse(text, zone)
    planned = plan(conn, text, locale, choice=choice, zone=zone)
    if planned.change != "same":
        if (found := deeds.find(conn, planned.key)) is not None:
            deeds.expect(found, planned.key, expected)
        heads.check(planned.heads, definition, choice)
        compiled.templates(conn, definition, text, law)
        look.refuse(look.of_journey(conn, definition, law), locale)
    return planned


def apply(
    conn: Connection, text: str, at: datetime, locale: str = "en", *, law: str | None = None,
    choice: Choice = ALL_STAY, expected: int | None = None, by: str = "",
    facts: Facts = heads.NOBODY, zone: str = ZONE,
) -> Plan:  # fmt: skip
    """Make `text` the live version of its journey in the caller's transaction.

    Doing it twice does nothing the second time. Messages are compiled here, and hold what `law`
    wants commercial ones to say (a pack's key, content.store.save; None asks nothing). `choice`
    says what becomes of those inside, `expected` which version the author saw live, `by` who she
    is. Raises JourneyNotValid, also for a message template that may not be, with its place in
    `text`, journeys.checklist_refuses (422), journeys.published_meanwhile (409), and what
    `heads.check` raises.
    """
    definition = parse.parse(text, zone)
    key = definition.header.key
    before = deeds.hold(conn, key, make=True)
    planned = _plan(conn, definition, text, before, locale, choice, clock.to_ms(at), facts)
    if planned.change == "same":
        return planned
    deeds.expect(before, key, expected)
    heads.check(planned.heads, definition, choice)
    templates = compiled.templates(conn, definition, text, law)
    look.refuse(look.of_journey(conn, definition, law), locale)
    # What the version that is live now asks may still be wanted in a turn that began before this.
    named.tidy(conn, key, at)
    named.hide(conn, definition, at)
    added = conn.execute(
        _SQL.add_version,
        {
            "journey": before.id,
            "number": planned.number,
            "text": text,
            "hash": _hash(text),
            "names": sorted(definition.names),
            "templates": msgspec.json.encode(templates).decode(),
            "at": at,
        },
    ).fetchone()
    assert added is not None
    older = deeds.going_on(conn, before.id)[:-1]
    if before.version is not None:
        conn.execute(_SQL.retire, {"versions": [before.version], "state": "replaced"})
    go_live(conn, before, int(added[0]), planned.number)
    deeds.undelete(conn, before.id)
    deeds.write(conn, before, "publish", at, by, version=added[0], people=choice.people,
                inside=planned.inside)  # fmt: skip
    if choice.people != "stay":
        change.note(conn, before.id, "move", older, at, added[0], choice)
    return planned


def go_live(conn: Connection, journey: Journey, version: int | None, number: int) -> None:
    """Give newcomers this version from now on (None: none), of `number` versions so far."""
    conn.execute(_SQL.publish, {"journey": journey.id, "version": version, "number": number})
    conn.execute(_SQL.new_edition)


def live_text(conn: Connection, key: str) -> str:
    """The text that is live under a key. Raises journeys.unknown_journey (404)."""
    known = parse.KEY.fullmatch(key) is not None
    row = conn.execute(_SQL.live_text, {"key": key}).fetchone() if known else None
    if row is None:
        raise KervanError("journeys.unknown_journey", status=404, key=key[:80])
    return str(row[0])


def _plan(
    conn: Connection, definition: Definition, text: str, found: Journey | None, locale: str,
    choice: Choice, at_ms: int, facts: Facts,
) -> Plan:  # fmt: skip
    header = definition.header
    versions = deeds.going_on(conn, found.id) if found else []
    same = found is not None and found.hash == _hash(text)
    change_ = "same" if same else "changed" if found and found.versions else "new"
    before = found.number if found else 0
    number = before if same else (found.versions if found else 0) + 1
    steps = tuple(f"{node.key}: {node.step.describe(locale)}" for node in definition.nodes)
    inside = deeds.inside(conn, versions)
    ahead: list[Head] = []
    if inside and not same:
        ahead = heads.count(conn, versions, definition, choice, at_ms, facts)
    return Plan(
        header.key, header.name, change_, number, before, inside, steps, tuple(ahead), choice
    )


def _hash(text: str) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=16).digest()
