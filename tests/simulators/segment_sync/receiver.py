"""A receiver of a segment's members: an HTTP server that trusts nothing it cannot verify.

Its rules are those of https://www.standardwebhooks.com (specification, 1.0.0) and of
docs/how-to/segments.md; it shares no code with what it listens to.
"""

import base64
import hashlib
import hmac
import json
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

_TOLERANCE_SECONDS = 300  # "Verifying the authenticity": a timestamp within a tolerance
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")


@dataclass
class Book:
    """What a receiver knows, and every batch it was told, also more than once."""

    members: dict[str, str | None] = field(default_factory=dict)
    sync: str = ""
    sequence: int = 0
    seen: list[str] = field(default_factory=list)
    batches: list[dict[str, Any]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


class Receiver:
    """Listens on loopback; `answer` says the status of the next answers, 200 when it is None.

    `takes` is asked after a batch was taken in, and may break the line: the batch is known here,
    and the sender hears nothing.
    """

    def __init__(self) -> None:
        self.book = Book()
        self.secret = ""
        self.answer: int | None = None
        self.headers: dict[str, str] = {}
        self.takes: Callable[[], bool] = lambda: True
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/members"

    def close(self) -> None:
        """Listen no more."""
        self._server.shutdown()
        self._server.server_close()

    def take(self, headers: dict[str, str], body: bytes) -> str:
        """Judge one call and take it in; gives what is wrong with it, "" for nothing."""
        name, at = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
        if not name or not at.isdigit() or abs(time.time() - int(at)) > _TOLERANCE_SECONDS:
            return "id or time"
        # "Signature scheme": HMAC-SHA256 over "id.timestamp.body", the key behind whsec_ in base64.
        key = base64.b64decode(self.secret.removeprefix("whsec_"), validate=True)
        if not 24 <= len(key) <= 64:
            return "key"
        signed = b".".join((name.encode(), at.encode(), body))
        mine = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        given = [one for one in headers.get("webhook-signature", "").split(" ") if one]
        if not any(hmac.compare_digest(one, f"v1,{mine}") for one in given):
            return "signature"
        told = json.loads(body)
        if set(told) != {"type", "data"} or told["type"] != "segment.members":
            return "type"
        if name in self.book.seen:  # the same batch again: it is known already
            return ""
        return self._learn(name, told["data"])

    def _learn(self, name: str, data: dict[str, Any]) -> str:
        if set(data) != {"segment", "sync", "sequence", "added", "removed"}:
            return "data"
        for one in (*data["added"], *data["removed"]):
            if set(one) != {"person", "customer_id"} or not _UUID.fullmatch(one["person"]):
                return "person"
        book = self.book
        if data["sync"] != book.sync:  # another start: what was known before is forgotten
            if data["sequence"] != 1:
                return "start"
            book.sync, book.sequence, book.members = data["sync"], 0, {}
        if data["sequence"] != book.sequence + 1:
            return f"order: {data['sequence']} after {book.sequence}"
        for one in data["removed"]:
            book.members.pop(one["person"], None)
        for one in data["added"]:
            book.members[one["person"]] = one["customer_id"]
        book.sequence = data["sequence"]
        book.seen.append(name)
        book.batches.append(data)
        return ""


def _handler(mine: Receiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            if mine.answer is not None:
                self._say(mine.answer)
                return
            wrong = mine.take({name.lower(): value for name, value in self.headers.items()}, body)
            if wrong:
                mine.book.wrong.append(wrong)
                self._say(400)
            elif mine.takes():
                self._say(204)
            else:
                self.close_connection = True

        def _say(self, status: int) -> None:
            self.send_response(status)
            for name, value in mine.headers.items():
                self.send_header(name, value)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler
