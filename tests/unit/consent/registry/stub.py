"""A provider that answers from files and keeps what it was asked, for the tests of the ports."""

import json
import threading
from collections import deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

FIXTURES = Path(__file__).resolve().parents[3] / "fixtures"


class Stub:
    """Answers with `say`'s files in their order; `asked` holds (method, path, body)."""

    def __init__(self, provider: str) -> None:
        self._folder = FIXTURES / provider
        self._answers: deque[tuple[int, bytes]] = deque()
        self.asked: list[tuple[str, str, Any]] = []
        stub = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                """Answer."""
                stub.asked.append(("GET", self.path, None))
                self._answer()

            def do_POST(self) -> None:
                """Answer."""
                raw = self.rfile.read(int(self.headers["Content-Length"]))
                stub.asked.append(("POST", self.path, json.loads(raw)))
                self._answer()

            def _answer(self) -> None:
                status, body = stub._answers.popleft()
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Tests need no access log."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def say(self, *files: str, status: int = 200) -> None:
        """The next answers."""
        for one in files:
            path = self._folder / one
            self._answers.append((status, path.read_bytes() if path.is_file() else one.encode()))

    def close(self) -> None:
        """Stop answering."""
        self._server.shutdown()
        self._server.server_close()
