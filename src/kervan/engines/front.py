"""The embedded ClickHouse as a server: the HTTP interface of ClickHouse around one engine.

One thread serves one connection and opens one engine connection per request, so a long report
never holds up a short question. Started by `clickhouse.py` with a listening socket it inherits.
"""

import argparse
import base64
import contextlib
import hmac
import itertools
import os
import re
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

from kervan.engines import arrow, forms, pack, spawn, statement, trim
from kervan.engines.chdb import JOINABLE, Connection, Engine
from kervan.engines.exchange import Exchange
from kervan.engines.session import Sessions
from kervan.engines.wire import BadRequest, Disconnected, Peer, Request
from kervan.kernel import clock, ids, log

_log = log.get("engines.front")

_USER = "kervan"
_HEAD_BYTES = 1 << 18
_WATCH_SECONDS = 0.1
_STOP_SECONDS = 2.0
_NICE = 5
# What belongs to the HTTP interface itself and is no setting of the engine.
_OWN_PARAMETERS = frozenset(
    {
        "query",
        "database",
        "user",
        "password",
        "quota_key",
        "query_id",
        "session_id",
        "session_timeout",
        "session_check",
        "default_format",
        "wait_end_of_query",
        "buffer_size",
        "compress",
        "decompress",
        "stacktrace",
        "role",
        "client_protocol_version",
        "fsync_after_insert",
        "enable_http_compression",
        "send_progress_in_http_headers",
        "log_comment",
        "http_headers_progress_interval_ms",
        "cancel_http_readonly_queries_on_client_close",
    }
)
_SETTING = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*")
# async_insert would acknowledge a batch together with strangers' rows under its token.
_DEFAULTS = {"async_insert": "0"}


class Front:
    """Serves `engine` to whoever knows `secret`."""

    def __init__(self, engine: Engine, secret: str) -> None:
        self._engine = engine
        self._secret = secret
        self._running: dict[str, Peer] = {}
        self._numbers = itertools.count(1)
        self._sessions = Sessions(engine)
        self._stopping = threading.Event()

    def serve(self, listener: socket.socket) -> None:
        """Accept until `stop`; then wait a little for what runs."""
        threading.Thread(target=self._watch, daemon=True).start()
        listener.settimeout(0.5)
        while not self._stopping.is_set():
            with contextlib.suppress(TimeoutError):
                connection, _ = listener.accept()
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                threading.Thread(target=self._converse, args=(connection,), daemon=True).start()
        deadline = clock.monotonic() + _STOP_SECONDS
        while self._running and clock.monotonic() < deadline:
            for token in list(self._running):
                self._engine.kill(token)
            clock.sleep(0.05)

    def stop(self) -> None:
        """End `serve` soon."""
        self._stopping.set()

    def _watch(self) -> None:
        """Kill the query of a client that has gone away."""
        while True:
            clock.sleep(_WATCH_SECONDS)
            for token, peer in list(self._running.items()):
                if peer.is_gone():
                    _log.info("query_killed_client_gone", token=token)
                    self._engine.kill(token)

    def _converse(self, connection: socket.socket) -> None:
        with connection:
            peer = Peer(connection)
            try:
                while True:
                    request = peer.read_request()
                    self._handle(peer, request)
                    if not (request.keeps_alive and peer.body_is_read):
                        return
            except Disconnected:
                return
            except (BadRequest, ValueError) as error:
                with contextlib.suppress(Disconnected):
                    peer.answer(400, {"Connection": "close"}, f"{error}\n".encode())

    def _handle(self, peer: Peer, request: Request) -> None:
        exchange = Exchange(peer, request)
        if request.path == "/ping" or (request.method == "GET" and "query" not in request.query):
            exchange.drain()
            exchange.whole(b"Ok.\n", "", {})
            return
        if not self._knows(request):
            exchange.fail(
                "Code: 516. DB::Exception: Authentication failed. (AUTHENTICATION_FAILED)"
            )
            return
        # The engine gives every query an id of its own; the client's is found in log_comment.
        token = f"{request.query.get('query_id', 'kervan')}#{next(self._numbers)}"
        try:
            with self._sessions.connection(request.query) as connection:
                self._execute(exchange, connection, token)
        except (RuntimeError, pack.BadEncoding) as error:
            exchange.fail(str(error))
        finally:
            self._running.pop(token, None)

    def _knows(self, request: Request) -> bool:
        """Whether user and password came by Basic, by ClickHouse's headers or by the URL."""
        user = request.headers.get("x-clickhouse-user") or request.query.get("user", "")
        key = request.headers.get("x-clickhouse-key") or request.query.get("password", "")
        kind, _, value = request.headers.get("authorization", "").partition(" ")
        if kind.lower() == "basic":
            with contextlib.suppress(ValueError):
                user, _, key = base64.b64decode(value).decode(errors="replace").partition(":")
        return user == _USER and hmac.compare_digest(key.encode(), self._secret.encode())

    def _execute(self, exchange: Exchange, connection: Connection, token: str) -> None:
        request = exchange.request
        body = exchange.body()
        fields: dict[str, str] = {}
        kind = request.headers.get("content-type", "")
        if kind.startswith("multipart/form-data"):
            fields, tables = forms.read(kind, b"".join(body))
            body = iter(())
        else:
            tables = {}
        query = {**request.query, **fields}
        settings = {"log_comment": token, **_DEFAULTS}
        for name, value in query.items():
            if name in _OWN_PARAMETERS or forms.is_table_parameter(name, tables):
                continue
            if not _SETTING.fullmatch(name):
                raise RuntimeError(
                    f"Code: 115. DB::Exception: Unknown setting '{name}'. (UNKNOWN_SETTING)"
                )
            settings[name] = value
        if request.method == "GET":
            settings["readonly"] = "2"
        database = query.get("database") or request.headers.get("x-clickhouse-database", "")
        connection.prepare(settings, database if database != "__default__" else "")
        for name, content in tables.items():
            forms.create_table(connection, name, query, content)
        head = _head(query.get("query", "").encode(), body)
        self._running[token] = exchange.peer
        insert = statement.find_insert(head)
        if insert:
            data = itertools.chain([head[insert.offset :]], body)
            rows = connection.insert(insert.sql, insert.form, _while_there(exchange.peer, data))
            exchange.whole(b"", "", {"written_rows": rows})
            return
        exchange.drain()
        self._answer(exchange, connection, head + b"".join(body), query)

    def _answer(
        self, exchange: Exchange, connection: Connection, sql: bytes, query: dict[str, str]
    ) -> None:
        form = (
            statement.output_format(sql)
            or query.get("default_format")
            or exchange.request.headers.get("x-clickhouse-format")
            or "TabSeparated"
        )
        text = sql.decode(errors="replace")
        blocks = None
        if form.lower() in JOINABLE or form.lower() == "arrowstream":
            blocks = connection.stream(text, form, {})
        if blocks is None:
            answer, counts = connection.run(text, form, {})
            exchange.whole(answer, form, counts)
        elif form.lower() == "arrowstream":
            exchange.stream(arrow.join_streams(blocks), form)
        else:
            exchange.stream(blocks, form)


def _head(start: bytes, body: Iterator[bytes]) -> bytes:
    """Enough of statement and body to find where an INSERT's data begins; else all of it."""
    parts = [start + b"\n" if start else b""]
    if start and statement.find_insert(parts[0]):
        return parts[0]
    size = len(parts[0])
    for chunk in body:
        parts.append(chunk)
        size += len(chunk)
        if size >= _HEAD_BYTES and statement.find_insert(b"".join(parts)[:_HEAD_BYTES]):
            break
    return b"".join(parts)


def _while_there(peer: Peer, chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Pass `chunks` on; raise if at their end the client has gone.

    Nobody would hear of that insert's success, and whoever recovers for a dead client must
    find it either in `system.processes` or never happening.
    """
    yield from (chunk for chunk in chunks if chunk)
    if peer.is_gone():
        raise Disconnected


def main() -> int:
    """Run until SIGTERM; the secret is the first line of standard input."""
    parser = argparse.ArgumentParser(prog="kervan.engines.front")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--socket", type=int, required=True, help="inherited listening socket")
    parser.add_argument("--log-format", default="auto")
    parser.add_argument("--log-level", default="info")
    options = parser.parse_args()
    log.setup(options.log_format, options.log_level, "clickhouse")
    secret = sys.stdin.buffer.readline().decode().strip() or ids.secret()
    spawn.exit_with_parent()
    # Merges use every core they find. They may wait; a collector that answers with 200 may not.
    os.nice(_NICE)
    engine = Engine(options.data)
    front = Front(engine, secret)

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        front.stop()

    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, on_signal)
    listener = socket.socket(fileno=options.socket)
    trim.at_rest()
    _log.info("front_ready", version=engine.version, port=listener.getsockname()[1])
    front.serve(listener)
    # Threads may still be inside the engine; its own destructors would wait for them.
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main())
