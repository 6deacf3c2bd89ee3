"""Runs a rehearsal that was asked for beside the requests, and keeps how far it is."""

import threading
from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

from psycopg import Error as DatabaseError

from kervan.journeys.rehearse import keep
from kervan.journeys.rehearse.cast import cast
from kervan.journeys.rehearse.compare import Comparison, compare
from kervan.journeys.rehearse.rehearse import Wanted, rehearse
from kervan.journeys.rehearse.report import Report
from kervan.kernel import clickhouse, clock, ids, log, postgres
from kervan.kernel.errors import KervanError
from kervan.web import asking
from kervan.web.state import House

_LIMIT_SECONDS = 60
"""So long a single question to history may take."""
_LOOK_SECONDS = 0.5
_room = threading.BoundedSemaphore(1)
"""One at a time in a process: each may take gigabytes."""
_log = log.get("web")


class _Unwanted(Exception):
    """Somebody deleted the rehearsal that is running."""


def start(house: House, this: Wanted, other: Wanted | None, asked: bytes, by: str) -> UUID:
    """Begin a rehearsal, or a comparison with `other`; gives its number at once.

    Raises JourneyNotValid for a text that cannot be played, journeys.rehearsal_busy (429).
    """
    with house.connection() as conn:
        played = [
            cast(conn, one.text, others=one.others, zone=one.zone, kept=one.kept)
            for one in (this, *([other] if other else []))
        ]
    journey = played[0].definitions[0].header.key
    if not _room.acquire(blocking=False):
        raise KervanError("journeys.rehearsal_busy", status=429)
    number = ids.uuid7()
    try:
        config = house.config
        holder = postgres.connect(config.postgres_url, autocommit=True, workspace=config.workspace)
        try:
            keep.begin(holder, number, journey, asked, by, clock.now())
        except BaseException:
            holder.close()
            raise
    except BaseException:
        _room.release()
        raise
    arguments = (house, holder, number, this, other)
    threading.Thread(target=_run, args=arguments, name="rehearsal", daemon=True).start()
    return number


def _run(
    house: House, holder: postgres.Connection, number: UUID, this: Wanted, other: Wanted | None
) -> None:
    ended = False
    try:
        told = _play(house, _watched(holder, number, this), other)
        with holder.transaction():
            keep.done(holder, number, told, clock.now())
        ended = True
    except _Unwanted:
        ended = True
        _log.info("rehearsal_dropped", rehearsal=str(number))
    except KervanError as error:
        ended = True
        _fail(holder, number, error)
    finally:
        if not ended:  # whatever it was, the thread tells of it and the reader gets a sentence
            _fail(holder, number, KervanError("journeys.rehearsal_failed"))
        holder.close()
        _room.release()


def _fail(holder: postgres.Connection, number: UUID, error: KervanError) -> None:
    try:
        keep.failed(holder, number, error, clock.now())
    except DatabaseError:  # it will be found to be interrupted
        _log.warning("rehearsal_not_kept", rehearsal=str(number))


def _play(house: House, this: Wanted, other: Wanted | None) -> Report | Comparison:
    config = house.config
    client = clickhouse.connect(config.clickhouse_url, postgres.schema_name(config.workspace))
    try:
        with postgres.connect(config.postgres_url, workspace=config.workspace) as conn:
            if other is None:
                return asking.limited(client, lambda it: rehearse(conn, it, this), _LIMIT_SECONDS)
            beside = replace(other, go_on=this.go_on, at=this.at)
            return asking.limited(
                client, lambda it: compare(conn, it, this, beside), _LIMIT_SECONDS
            )
    finally:
        client.close()


def _watched(holder: postgres.Connection, number: UUID, wanted: Wanted) -> Wanted:
    """The rehearsal that says how far it is now and then, and ends when nobody wants it."""
    look = _look(holder, number)
    return replace(wanted, at=look)


def _look(holder: postgres.Connection, number: UUID) -> Callable[[str, float], None]:
    last = [clock.monotonic()]

    def look(doing: str, share: float) -> None:
        if clock.monotonic() - last[0] < _LOOK_SECONDS:
            return
        last[0] = clock.monotonic()
        if not keep.progress(holder, number, doing, share):
            raise _Unwanted

    return look
