"""ClickHouse's named sessions: a connection kept between requests, one request at a time."""

import contextlib
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from kervan.engines.chdb import Connection, Engine
from kervan.kernel import clock

_DEFAULT_TIMEOUT_SECONDS = 60.0
_RELEASE_SECONDS = 0.2
"""An answer is read a moment before its session is free, and the next request may be there."""


@dataclass(slots=True)
class _Kept:
    connection: Connection
    lock: threading.Lock = field(default_factory=threading.Lock)
    expires: float = 0.0


class Sessions:
    """Gives each request its connection: a fresh one, or the one of its `session_id`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._kept: dict[str, _Kept] = {}

    @contextlib.contextmanager
    def connection(self, query: Mapping[str, str]) -> Iterator[Connection]:
        """A connection for one request; raises ClickHouse's 372 and 373 for sessions."""
        self._forget_expired()
        name = query.get("session_id", "")
        if not name:
            connection = self._engine.connect()
            try:
                yield connection
            finally:
                connection.close()
            return
        with self._lock:
            kept = self._kept.get(name)
            if kept is None:
                if query.get("session_check") == "1":
                    raise RuntimeError(
                        "Code: 372. DB::Exception: Session not found. (SESSION_NOT_FOUND)"
                    )
                kept = self._kept[name] = _Kept(self._engine.connect())
            kept.expires = clock.monotonic() + _DEFAULT_TIMEOUT_SECONDS
        if not kept.lock.acquire(timeout=_RELEASE_SECONDS):
            raise RuntimeError(
                f"Code: 373. DB::Exception: Session {name} is locked by a "
                "concurrent client. (SESSION_IS_LOCKED)"
            )
        try:
            yield kept.connection
        finally:
            seconds = float(query.get("session_timeout") or _DEFAULT_TIMEOUT_SECONDS)
            kept.expires = clock.monotonic() + seconds
            kept.lock.release()

    def _forget_expired(self) -> None:
        now = clock.monotonic()
        with self._lock:
            for name, kept in list(self._kept.items()):
                if kept.expires < now and kept.lock.acquire(blocking=False):
                    del self._kept[name]
                    kept.connection.close()
