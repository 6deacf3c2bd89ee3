"""Decides when ClickHouse reads links anew, so that a link is seen in seconds at a bounded cost."""

from clickhouse_connect.driver.client import Client

from kervan.history import link
from kervan.kernel import clock
from kervan.kernel.beside import Beside

_SHARE = 20
"""Each kind of reading takes at most a twentieth of the time,"""
_LONGEST_SECONDS = 3.0
"""but young links are waited for so long at most: on a busy machine one reading may take a second,
and a link is to be seen within five."""
_SECONDS = 0.5
_MANY = 20_000
"""So many young links cost queries and refreshes something: time to settle them."""
_SETTLE_SECONDS = 3_600.0


class Freshener:
    """Reads young links soon after they came, in the caller's thread, and all links beside it."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._changed = True  # a worker before this one may not have come to it
        self._next_refresh = 0.0
        self._young = _MANY
        self._next_settling = 0.0
        self._settling: Beside | None = None

    def changed(self, count: int) -> None:
        """So many links were written."""
        self._changed = self._changed or count > 0
        self._young += count

    def wait_seconds(self) -> float | None:
        """How long until `turn` has something to do; None when it waits for changes."""
        if not self._changed:
            return None
        return max(0.0, self._next_refresh - clock.monotonic())

    def turn(self) -> None:
        """Do what is due. Raises what a settling failed with."""
        now = clock.monotonic()
        if self._changed and now >= self._next_refresh:
            self._changed = False
            link.refresh(self._client)
            done = clock.monotonic()
            rest = max(_SECONDS, _SHARE * (done - now))
            self._next_refresh = done + min(rest, _LONGEST_SECONDS)
        settling = self._settling  # it ends by itself, perhaps between two lines
        if settling is not None:
            settling.check()
        due = self._young >= _MANY or (self._young and now >= self._next_settling + _SETTLE_SECONDS)
        if settling is None and due and now >= self._next_settling:
            self._young = 0
            self._settling = Beside("settler", self._settle)
            self._settling.start()

    def stop(self) -> None:
        """Wait for a settling under way."""
        settling = self._settling
        if settling is not None:
            settling.join(timeout_seconds=30)

    def _settle(self) -> None:
        started = clock.monotonic()
        link.settle(self._client)
        took = clock.monotonic() - started
        self._next_settling = clock.monotonic() + _SHARE * took
        self._settling = None
