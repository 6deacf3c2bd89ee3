"""The line of what was done with a journey: published, undone, paused, resumed, stopped."""

from dataclasses import dataclass
from datetime import datetime

from kervan.kernel import sql
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "deeds.sql")


@dataclass(frozen=True, slots=True)
class Journey:
    """A journey as it stands: `version` is the id of the live version, `number` its number."""

    id: int
    versions: int
    version: int | None
    number: int
    hash: bytes | None
    paused_at: datetime | None
    timers: str
    deleted: bool = False

    @property
    def state(self) -> str:
        """live, paused, stopped, or draft while no version was ever live."""
        if self.version is None:
            return "stopped" if self.versions else "draft"
        return "paused" if self.paused_at else "live"


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing done: numbers of versions, and what became of the `inside` people then."""

    deed: str
    version: int | None
    before: int | None
    people: str
    inside: int
    undone: bool
    at: datetime
    by: str


def find(conn: Connection, key: str) -> Journey | None:
    """The journey under a key, None where there is none."""
    row = conn.execute(_SQL.journey, {"key": key}).fetchone()
    return Journey(*row) if row else None


def live_number(conn: Connection, key: str) -> int:
    """The number of the version that is live under a key, 0 for none."""
    found = find(conn, key)
    return found.number if found else 0


def hold(conn: Connection, key: str, *, make: bool = False) -> Journey:
    """The journey under a key; nobody else changes it until the caller's transaction ends.

    With `make` there is one from now on. Raises journeys.unknown_journey (404).
    """
    if make:
        conn.execute(_SQL.make, {"key": key})
    conn.execute(_SQL.hold, {"key": key})
    found = find(conn, key)
    if found is None:
        raise KervanError("journeys.unknown_journey", status=404, key=key[:80])
    return found


def expect(journey: Journey, key: str, expected: int | None) -> None:
    """Whether the live version is the one that somebody looked at; None asks nothing.

    Raises journeys.published_meanwhile (409).
    """
    if expected is not None and journey.number != expected:
        facts = {"key": key, "now": journey.number, "expected": expected}
        raise KervanError("journeys.published_meanwhile", status=409, **facts)


def write(
    conn: Connection, journey: Journey, deed: str, at: datetime, by: str, *,
    version: int | None = None, people: str = "stay", inside: int = 0,
) -> None:  # fmt: skip
    """Add to the line; `journey` is as it stood before, `version` the id of what is live now."""
    conn.execute(
        _SQL.add,
        {
            "journey": journey.id, "deed": deed, "version": version, "before": journey.version,
            "people": people, "inside": inside, "at": at, "by": by,
        },
    )  # fmt: skip


def listed(conn: Connection, key: str) -> list[Deed]:
    """All that was done with a journey, the latest first."""
    return [Deed(*row) for row in conn.execute(_SQL.listed, {"key": key}).fetchall()]


@dataclass(frozen=True, slots=True)
class Summary:
    """A journey in a list: `version` and `text` are the live ones, or the last there were."""

    key: str
    version: int
    text: str
    state: str
    at: datetime
    inside: int


@dataclass(frozen=True, slots=True)
class Past:
    """One version: its state is live, replaced or stopped; `inside` are the people in it."""

    number: int
    state: str
    at: datetime
    text: str
    by: str | None
    inside: int


def every(conn: Connection) -> list[Summary]:
    """All journeys that were ever live and are not put away, by key."""
    found = []
    for key, number, text, live, paused_at, at, count in conn.execute(_SQL.every).fetchall():
        state = "stopped" if not live else "paused" if paused_at else "live"
        found.append(Summary(key, number, text, state, at, count))
    return found


def past(conn: Connection, key: str) -> list[Past]:
    """All versions of a journey, the latest first."""
    return [Past(*row) for row in conn.execute(_SQL.versions, {"key": key}).fetchall()]


def delete(conn: Connection, key: str, at: datetime) -> None:
    """Put a stopped journey away once everybody has left; publishing it anew brings it back.

    Raises journeys.unknown_journey (404), journeys.still_inside, journeys.still_live (409).
    """
    journey = hold(conn, key)
    if journey.version is not None:
        raise KervanError("journeys.still_live", status=409, key=key)
    if count := inside(conn, versions(conn, journey.id)):
        raise KervanError("journeys.still_inside", status=409, key=key, count=count)
    conn.execute(_SQL.delete, {"journey": journey.id, "at": at})


def undelete(conn: Connection, journey: int) -> None:
    """Bring a journey back that was put away."""
    conn.execute(_SQL.undelete, {"journey": journey})


def versions(conn: Connection, journey: int) -> list[int]:
    """The ids of all versions of a journey."""
    return [int(one) for (one,) in conn.execute(_SQL.of_journey, {"journey": journey}).fetchall()]


def going_on(conn: Connection, journey: int) -> list[int]:
    """The ids of its versions that were not stopped: whoever is in others is about to leave."""
    rows = conn.execute(_SQL.going_on, {"journey": journey}).fetchall()
    return [int(one) for (one,) in rows]


def inside(conn: Connection, of: list[int]) -> int:
    """How many runs are inside in some versions."""
    row = conn.execute(_SQL.inside, {"versions": of}).fetchone()
    return int(row[0]) if row else 0
