"""What a worker does about shadows: plays one of them now and then, beside all other chores.

Plays cost what they cost, so they are rare: after one of so many seconds none begins before ten
times as many have passed, whatever the number of shadows.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple

from clickhouse_connect.driver.client import Client

from kervan.app.housekeeper import Chore
from kervan.journeys.shadow import play, store
from kervan.journeys.shadow.play import Home
from kervan.journeys.shadow.store import Shadow
from kervan.kernel import clock, log
from kervan.kernel.config import Config
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection

_log = log.get("shadows")
_LOOK_SECONDS = 2.0


class Pace(NamedTuple):
    """How often each is played at most, and how long none is after a play, in times of its length.

    A play that takes longer than `limit_seconds` is broken off, and counts as failed.
    """

    every_seconds: float = 60.0
    rest_times: float = 10.0
    limit_seconds: float = 120.0


USUAL = Pace()


class Shadower:
    """Plays the shadows of one workspace; `is_ending` says that the worker wants to end."""

    def __init__(
        self, home: Home, history: Client, is_ending: Callable[[], bool] = lambda: False,
        pace: Pace = USUAL,
    ) -> None:  # fmt: skip
        self._home = home
        self._history = history
        self._is_ending = is_ending
        self._pace = pace
        self._rest_until = 0.0

    def step(self, conn: Connection, at_ms: int) -> bool:
        """Play one that is due; gives False: there is never more to do at once."""
        if clock.monotonic() < self._rest_until:
            return False
        at = clock.from_ms(at_ms)
        store.tidy(conn, at)
        one = store.due(conn, at)
        if one is None:
            return False
        if one.tries >= store.TRIES:  # each play ended its process, or a database refused it
            store.fail(conn, one, "journeys.shadow_gave_up", at, one.took_ms)
            return False
        store.begin(conn, one, at)
        conn.commit()  # a play that kills its process must not begin again at once
        began = clock.monotonic()
        try:
            self._play(conn, one, at_ms, began)
        finally:
            took = clock.monotonic() - began
            self._rest_until = clock.monotonic() + self._pace.rest_times * took
        return False

    def _play(self, conn: Connection, one: Shadow, at_ms: int, began: float) -> None:
        def go_on() -> None:
            if self._is_ending():
                raise KervanError("journeys.shadow_left")
            limit = self._pace.limit_seconds
            if clock.monotonic() - began > limit:
                raise KervanError("journeys.shadow_too_long", seconds=int(limit))

        at = clock.from_ms(at_ms)
        try:
            told, good_until = play.play(conn, self._history, one, self._home, at, go_on)
        except KervanError as error:
            if error.code == "journeys.shadow_left":
                store.leave(conn, one, at)
                return
            _log.warning("shadow_not_played", journey=one.key, code=error.code)
            store.fail(conn, one, error.code, at, _since_ms(began))
            return
        took_ms = _since_ms(began)
        rest_ms = self._pace.rest_times * took_ms
        again = at + timedelta(seconds=self._pace.every_seconds, milliseconds=rest_ms)
        store.keep(conn, one, told, good_until, took_ms, again)


def _since_ms(began: float) -> int:
    return round((clock.monotonic() - began) * 1_000)


def of_a_house(config: Config, history: Client, is_ending: Callable[[], bool]) -> list[Chore]:
    """What plays the shadows: by itself, for a play may take long."""
    home = Home(config.workspace, config.timezone, config.country)
    return [Chore("shadows", _LOOK_SECONDS, Shadower(home, history, is_ending).step)]
