"""The simulated registry on a real HTTP socket, with outages on demand.

A simulator: it stands for İYS in tests and shares no code with Kervan. Outages are queued by
`fail`: each takes the next matching call. Paths and fields are those of the registry's pages.
"""

import contextlib
import csv
import io
import json
import re
import secrets
import socket
import threading
from collections import deque
from dataclasses import dataclass
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

from tests.simulators.iys import rules
from tests.simulators.iys.registry import Registry
from tests.simulators.iys.rules import Fault

MOST_CONSENTS = 10_000
MOST_CHECKED = 1_000
OUTAGES = (
    "500",
    "500-after",
    "hang",
    "hang-before",
    "half",
    "cut",
    "429",
    "503",
    "twice",
    "nonsense",
    "401",
)


@dataclass
class Outage:
    """A fault of one coming call whose path contains `path`; see `Simulator.fail`."""

    kind: str
    path: str


class Simulator:
    """The registry behind an address; use as a context manager."""

    def __init__(
        self, registry: Registry | None = None, *, iys_code: int = 100, brand_code: int = 200,
        user: str = "api", password: str = "geheim", port: int = 0,
    ) -> None:  # fmt: skip
        self.registry = registry or Registry()
        self.root = f"/sps/{iys_code}/brands/{brand_code}"
        self.user, self.password = user, password
        self.tokens: set[str] = set()
        self.calls: list[tuple[str, str]] = []
        self.reached: deque[str] = deque()
        self._outages: list[Outage] = []
        self._hold = threading.Event()
        self._server = _Server(("127.0.0.1", port), self)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), daemon=True
        )

    @property
    def url(self) -> str:
        """Where it listens, without a trailing slash."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> "Simulator":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._hold.set()
        self._server.shutdown()
        self._server.server_close()

    def fail(self, kind: str, path: str = "", times: int = 1) -> None:
        """The next `times` calls to a path that contains `path` fail.

        500, hang-before: before the work; 500-after, hang, half, cut: after it, and the answer is
        lost (an error, silence, half of the body, a closed connection); 429, 503: too many, closed;
        twice: the results are listed twice; nonsense: 200 with a page; 401: the token is forgotten.
        """
        assert kind in OUTAGES, kind
        self._outages += [Outage(kind, path) for _ in range(times)]

    def outage(self, path: str) -> str:
        """The fault of this call, used up by asking; "" for none."""
        for one in self._outages:
            if one.path in path:
                self._outages.remove(one)
                return one.kind
        return ""

    def release(self) -> None:
        """Let hanging calls end."""
        self._hold.set()
        self._hold = threading.Event()

    def wait(self) -> None:
        """Hang until released, at most a minute."""
        self._hold.wait(60)

    def token(self, form: dict[str, Any]) -> dict[str, Any] | None:
        """A token for a right name and password (or a refresh token), None for wrong ones."""
        granted = (
            form.get("grant_type") == "password"
            and form.get("username") == self.user
            and form.get("password") == self.password
        ) or (
            form.get("grant_type") == "refresh_token" and form.get("refresh_token") in self.tokens
        )
        if not granted:
            return None
        token, refresh = secrets.token_hex(16), secrets.token_hex(16)
        self.tokens |= {token, refresh}
        return {
            "access_token": token, "refresh_token": refresh, "expires_in": 7200,
            "refresh_expires_in": 14400, "token_type": "bearer",
        }  # fmt: skip

    def answer(self, method: str, target: str, body: Any) -> tuple[int, Any]:
        """Status and body for one signed-in call."""
        split = urlsplit(target)
        query = {name: values[0] for name, values in parse_qs(split.query).items()}
        if not split.path.startswith(self.root + "/"):
            return 404, _errors([Fault(rules.UNKNOWN_BRAND, ("brandCode",), "Marka bulunamadı.")])
        path = split.path.removeprefix(self.root)
        for verb, pattern, work in _ROUTES:
            found = re.fullmatch(pattern, path)
            if found and verb == method:
                return work(self.registry, found.groups(), query, body)
        return 404, _errors([Fault("H001", (), "Bulunamadı.")])


def _errors(faults: list[Fault]) -> dict[str, Any]:
    return {"errors": [fault.as_json() for fault in faults]}


def _add(registry: Registry, _: Any, __: Any, body: Any) -> tuple[int, Any]:
    done = registry.add(body)
    if isinstance(done, list):
        return 422, _errors(done)
    return 200, {
        "transactionId": done.transaction,
        "creationDate": rules.write_date(done.created_at),
    }


def _request(registry: Registry, _: Any, __: Any, body: Any) -> tuple[int, Any]:
    if isinstance(body, list) and len(body) > MOST_CONSENTS:
        return 422, _errors([Fault("H130", (), "Yığın çok büyük.")])
    done = registry.request(body)
    if isinstance(done, list):
        told = [{**fault.as_json(), "index": index} for index, fault in done]
        return 422, {"errors": told}
    name, parts = done
    subs = [{**part.consent, "subrequestId": part.id, "index": part.index} for part in parts]
    return 200, {"requestId": name, "subRequests": subs}


def _results(registry: Registry, found: Any, _: Any, __: Any) -> tuple[int, Any]:
    told = registry.results(found[0])
    if told is None:
        return 404, _errors([Fault("H140", ("requestId",), "İstek bulunamadı.")])
    return 200, told


def _status(registry: Registry, _: Any, __: Any, body: Any) -> tuple[int, Any]:
    wanted = (body.get("recipient"), body.get("recipientType"), body.get("type"))
    told = registry.status(*map(str, wanted))
    if told is None:
        return 404, _errors([Fault("H141", ("recipient",), "İzin bulunamadı.")])
    return 200, {name: value for name, value in told.items() if name != "transactionId"}


def _statuses(registry: Registry, found: Any, _: Any, body: Any) -> tuple[int, Any]:
    recipients = body.get("recipients") or []
    if not recipients or len(recipients) > MOST_CHECKED:
        return 422, _errors([Fault("H131", ("recipients",), "Alıcı sayısı uygun değil.")])
    held = [registry.status(one, found[0], found[1]) for one in recipients]
    return 200, {"list": [one for one in held if one is not None]}


def _changes(registry: Registry, _: Any, query: Any, __: Any) -> tuple[int, Any]:
    limit = min(int(query.get("limit", 500)), 1000)
    seen, after = registry.changes(query.get("source", "HS"), query.get("after", ""), limit)
    return 200, {"after": after, "list": [one.as_json() for one in seen]}


def _day(registry: Registry, found: Any, _: Any, __: Any) -> tuple[int, Any]:
    try:
        wanted = date.fromisoformat(found[0])
    except ValueError:
        return 422, _errors([Fault(rules.BAD_DATE_FORMAT, ("reportDate",), "Tarih biçimi.")])
    held = registry.day(wanted)
    if isinstance(held, Fault):
        return 422, _errors([held])
    names = (
        "creationDate", "transactionId", "recipient", "recipientType", "type", "status",
        "consentDate", "source",
    )  # fmt: skip
    text = io.StringIO()
    table = csv.DictWriter(text, names, lineterminator="\n")
    table.writeheader()
    table.writerows(one.as_json() for one in held)
    return 200, text.getvalue()


_ROUTES = (
    ("POST", r"/consents", _add),
    ("POST", r"/consents/request", _request),
    ("GET", r"/consents/request/([\w-]+)", _results),
    ("POST", r"/consents/status", _status),
    ("POST", r"/consents/(BIREYSEL|TACIR)/status/(ARAMA|MESAJ|EPOSTA)", _statuses),
    ("GET", r"/consents/changes", _changes),
    ("GET", r"/changes/([^/]+)/file", _day),
)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, address: tuple[str, int], simulator: Simulator) -> None:
        self.simulator = simulator
        super().__init__(address, _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    wrong: ClassVar[dict[str, Any]] = {"errors": [{"code": "H000", "message": "Jeton geçersiz."}]}

    def do_GET(self) -> None:
        """One call without a body."""
        self._talk("GET", None)

    def do_POST(self) -> None:
        """One call with a body."""
        raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        try:
            self._talk("POST", json.loads(raw))
        except json.JSONDecodeError:
            self._say(400, _errors([Fault("H002", (), "JSON çözümlenemedi.")]))

    def _talk(self, method: str, body: Any) -> None:
        simulator = self.server.simulator
        simulator.calls.append((method, self.path))
        if self.path == "/oauth2/token":
            token = simulator.token(body)
            self._say(200 if token else 401, token or self.wrong)
            return
        kind = simulator.outage(self.path)
        if kind == "hang-before":
            simulator.reached.append(f"stopped {self.path}")
            simulator.wait()
            self.close_connection = True
            return
        if kind in ("500", "429", "503"):
            self._say(int(kind), _errors([Fault("H999", (), "Hata.")]))
            return
        bearer = self.headers.get("Authorization", "").removeprefix("Bearer ")
        if kind == "401":
            simulator.tokens.discard(bearer)
        if bearer not in simulator.tokens:
            self._say(401, self.wrong)
            return
        if kind == "nonsense":
            self._say(200, "<html>bakım</html>")
            return
        status, told = simulator.answer(method, self.path, body)
        simulator.reached.append(self.path)
        self._send(kind, status, told)

    def _send(self, kind: str, status: int, told: Any) -> None:
        if kind == "500-after":
            self._say(500, _errors([Fault("H999", (), "Hata.")]))
        elif kind == "hang":
            self.server.simulator.wait()
            self.close_connection = True
        elif kind == "cut":
            self._drop()
        elif kind == "half":
            raw = json.dumps(told).encode()
            self._head(status, len(raw))
            self.wfile.write(raw[: len(raw) // 2])
            self._drop()
        elif kind == "twice" and isinstance(told, list):
            self._say(status, told + told)
        else:
            self._say(status, told)

    def _drop(self) -> None:
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.wfile.flush()
            self.connection.shutdown(socket.SHUT_RDWR)

    def _say(self, status: int, told: Any) -> None:
        raw = (told if isinstance(told, str) else json.dumps(told, ensure_ascii=False)).encode()
        self._head(status, len(raw))
        with contextlib.suppress(OSError):
            self.wfile.write(raw)

    def _head(self, status: int, size: int) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(size))
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Tests need no access log."""
