"""Pauses, resumes and stops journeys, and takes a publication back; each is planned first."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from kervan.delivery import outbox
from kervan.journeys import parse, stored
from kervan.journeys.definition import ZONE, Definition
from kervan.journeys.problem import JourneyNotValid
from kervan.journeys.publish import change, deeds, heads, named
from kervan.journeys.publish.carry import ALL_STAY, Choice
from kervan.journeys.publish.deeds import Journey
from kervan.journeys.publish.heads import Head
from kervan.journeys.steps.step import Facts
from kervan.kernel import clock, i18n, sql
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "state.sql")
Deed = Literal["pause", "resume", "stop", "undo"]
DEEDS: tuple[Deed, ...] = ("pause", "resume", "stop", "undo")
PAST: dict[Deed, str] = {
    "pause": "paused", "resume": "resumed", "stop": "stopped", "undo": "undone",
}  # fmt: skip
"""What the audit log calls it."""
Timers = Literal["run", "stop"]
SPREAD_SECONDS = 3_600
"""Over how long people go on after a pause, unless somebody says otherwise."""
_FROM: dict[str, tuple[str, ...]] = {
    "pause": ("live",), "resume": ("paused",), "stop": ("live", "paused"),
    "undo": ("live", "paused"),
}  # fmt: skip
PAUSED = "paused"
"""Why a paused journey's messages are held (delivery.outbox.stop)."""


@dataclass(frozen=True, slots=True)
class How:
    """What else is to be said: `timers` of a pause, `spread_seconds` of a resume, `choice` of an
    undo; `expected` is the version that was looked at, None for any.
    """

    timers: Timers = "run"
    spread_seconds: int = SPREAD_SECONDS
    choice: Choice = ALL_STAY
    expected: int | None = None


@dataclass(frozen=True, slots=True)
class Touched:
    """What a deed would do: to how many people inside, of whom `timed` wait for a time, and to how
    many `queued` messages. `number` is the version that is live after it, 0 for none.
    """

    key: str
    deed: Deed
    state: str
    before: int
    number: int
    inside: int
    timed: int
    queued: int
    how: How
    heads: tuple[Head, ...] = ()

    def say(self, locale: str = "en") -> str:
        """The plan as sentences."""
        word = f"journeys.deed_{self.deed}"
        if self.deed == "pause":
            word += f"_{self.how.timers}"
        facts: dict[str, object] = {
            "key": self.key, "inside": self.inside, "timed": self.timed, "queued": self.queued,
            "before": self.before, "number": self.number,
            "minutes": f"{self.how.spread_seconds / 60:g}",
        }  # fmt: skip
        said = heads.say(self.heads, self.how.choice, locale)
        return "\n".join([i18n.say(word, locale, **facts), *said])


def plan(
    conn: Connection, key: str, deed: Deed, how: How, at: datetime, facts: Facts = heads.NOBODY,
    zone: str = ZONE,
) -> Touched:  # fmt: skip
    """What `do` would do, without doing it; `zone` is the workspace's.

    Raises journeys.unknown_journey (404), and (409) journeys.not_live, journeys.not_paused,
    journeys.is_paused, journeys.nothing_to_undo.
    """
    journey = deeds.find(conn, key)
    if journey is None:
        raise KervanError("journeys.unknown_journey", status=404, key=key[:80])
    return _plan(conn, journey, key, deed, how, at, facts, zone)


def do(
    conn: Connection, key: str, deed: Deed, how: How, at: datetime, by: str,
    facts: Facts = heads.NOBODY, zone: str = ZONE,
) -> Touched:  # fmt: skip
    """Pause, resume or stop a journey, or take its last publication back; the caller commits.

    A *pause* takes nobody in and lets nobody come to a next step; what time does meanwhile is
    `how.timers`: it runs on, so that waits end and people stand before their next steps, or it
    stops. Exits and goals act. Messages that wait for a sender are held. A *resume* lets those who
    stand before a step come to it one after the other within `how.spread_seconds`. A *stop* makes
    everybody leave and cancels what is queued. An *undo* makes the version before live again;
    `how.choice` says what becomes of those who entered meanwhile.

    Raises what `plan` and `heads.check` raise, journeys.published_meanwhile (409), and for an undo
    JourneyNotValid where the version before cannot be read any more, or asks about a segment that
    is gone.
    """
    journey = deeds.hold(conn, key)
    deeds.expect(journey, key, how.expected)
    touched = _plan(conn, journey, key, deed, how, at, facts, zone)
    if deed == "undo":
        _undo(conn, journey, touched, at, by, zone)
    else:
        {"pause": _pause, "resume": _resume, "stop": _stop}[deed](conn, journey, touched, at, by)
    conn.execute(_SQL.new_edition)
    return touched


def _plan(
    conn: Connection, journey: Journey, key: str, deed: Deed, how: How, at: datetime, facts: Facts,
    zone: str,
) -> Touched:  # fmt: skip
    if journey.state not in _FROM[deed]:
        code = "journeys.not_live"
        if deed == "resume":
            code = "journeys.not_paused"
        elif journey.state == "paused":
            code = "journeys.is_paused"
        raise KervanError(code, status=409, key=key)
    versions = deeds.versions(conn, journey.id)
    number = journey.number
    ahead: tuple[Head, ...] = ()
    if deed == "stop":
        number = 0
    elif deed == "undo":
        _, _, number, text = _published(conn, journey, key)
        assert journey.version is not None
        versions = [journey.version]
        definition = _before(text, zone)
        ahead = tuple(heads.count(conn, versions, definition, how.choice, clock.to_ms(at), facts))
    inside = deeds.inside(conn, versions)
    timed = conn.execute(_SQL.timed, {"versions": versions}).fetchone()
    queued = conn.execute(_SQL.queued, {"key": key}).fetchone()
    assert timed is not None
    assert queued is not None
    return Touched(
        key, deed, journey.state, journey.number, number, inside, timed[0], queued[0], how, ahead
    )


def _published(conn: Connection, journey: Journey, key: str) -> tuple[int, int, int, str]:
    """The deed to take back, and the version before it: id, number, text."""
    asked = {"journey": journey.id, "version": journey.version}
    row = conn.execute(_SQL.published, asked).fetchone()
    if row is None:
        raise KervanError("journeys.nothing_to_undo", status=409, key=key)
    return row[0], row[1], row[2], row[3]


def _pause(conn: Connection, journey: Journey, touched: Touched, at: datetime, by: str) -> None:
    timers = touched.how.timers
    conn.execute(_SQL.pause, {"journey": journey.id, "at": at, "timers": timers})
    if timers == "stop":
        change.note(conn, journey.id, "hold", deeds.versions(conn, journey.id), at)
    held = outbox.campaign("journey", touched.key)
    outbox.stop(conn, PAUSED, at, campaign=held, everything=True, author=by)
    _write(conn, journey, touched, at, by, journey.version)


def _resume(conn: Connection, journey: Journey, touched: Touched, at: datetime, by: str) -> None:
    assert journey.paused_at is not None
    paused_ms = clock.to_ms(at) - clock.to_ms(journey.paused_at)
    settings = change.Resume(paused_ms, touched.how.spread_seconds * 1_000)
    conn.execute(_SQL.unpause, {"journey": journey.id})
    versions = deeds.versions(conn, journey.id)
    change.note(conn, journey.id, "resume", versions, at, settings=settings)
    _let_go(conn, touched.key, at)
    _write(conn, journey, touched, at, by, journey.version)


def _stop(conn: Connection, journey: Journey, touched: Touched, at: datetime, by: str) -> None:
    versions = deeds.versions(conn, journey.id)
    conn.execute(_SQL.retire, {"versions": versions, "state": "stopped"})
    conn.execute(_SQL.stop, {"journey": journey.id})
    change.note(conn, journey.id, "stop", versions, at)
    named.tidy(conn, touched.key, at)
    if journey.paused_at is not None:
        _let_go(conn, touched.key, at)
    _write(conn, journey, touched, at, by, None)


def _let_go(conn: Connection, key: str, at: datetime) -> None:
    """Lift what the pause held; an emergency stop of somebody's own stays."""
    held = outbox.campaign("journey", key)
    if any((one.scope, one.reason) == (held, PAUSED) for one in outbox.stops(conn)):
        outbox.resume(conn, campaign=held, at=at)


def _before(text: str, zone: str) -> Definition:
    """The version before, as it was accepted once. Raises JourneyNotValid if nobody could move."""
    found = stored.read(text, zone)
    return parse.parse(text, zone) if stored.is_held(found) else found


def _undo(
    conn: Connection, journey: Journey, touched: Touched, at: datetime, by: str, zone: str
) -> None:
    deed, version, _, text = _published(conn, journey, touched.key)
    definition = _before(text, zone)
    heads.check(touched.heads, definition, touched.how.choice)
    if gone := named.problems(conn, definition, text):
        raise JourneyNotValid(gone)
    named.hide(conn, definition, at)
    assert journey.version is not None
    conn.execute(_SQL.undone, {"deed": deed})
    conn.execute(_SQL.retire, {"versions": [journey.version], "state": "replaced"})
    conn.execute(_SQL.revive, {"version": version})
    conn.execute(_SQL.set_live, {"journey": journey.id, "version": version})
    if touched.how.choice.people != "stay":
        froms = [journey.version]
        change.note(conn, journey.id, "move", froms, at, version, touched.how.choice)
    _write(conn, journey, touched, at, by, version)


def _write(
    conn: Connection, journey: Journey, touched: Touched, at: datetime, by: str,
    version: int | None,
) -> None:  # fmt: skip
    deeds.write(
        conn, journey, touched.deed, at, by, version=version, inside=touched.inside,
        people=touched.how.choice.people,
    )  # fmt: skip
