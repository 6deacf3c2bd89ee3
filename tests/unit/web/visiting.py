"""A whole web process in this one, and visitors with cookie jars of their own."""

import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import uvicorn
from fastapi import FastAPI

from kervan.kernel import clock, crypto, postgres
from kervan.kernel.config import Config
from kervan.web import access, app, headers, passwords, users
from kervan.web.pages import console
from kervan.web.reader import COOKIE
from kervan.web.state import House

HOME = "/console/" if console.is_built() else "/"
"""Where who has signed in is led who was going nowhere."""
PASSWORD = "vişne renkli dört bisiklet"
_HASH = passwords.hashed(PASSWORD)


@dataclass
class Answer:
    """One answer; header names in lower case, the last of several with one name."""

    status: int
    headers: dict[str, str]
    text: str
    cookies: list[str]


@dataclass
class Visitor:
    """Somebody at a browser: keeps cookies, names her origin, follows no redirect by herself."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, body: bytes | None = None, **more: str) -> Answer:
        """One request as a browser on our own pages sends it, `more` headers in the end."""
        named = {"origin": f"http://127.0.0.1:{self.port}"} if method != "GET" else {}
        if self.cookies:
            named["cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        named |= {name.replace("_", "-"): value for name, value in more.items()}
        named = {name: value for name, value in named.items() if value}
        conn = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            conn.request(method, path, body, named)
            answer = conn.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            set_ones = [v for n, v in answer.getheaders() if n.lower() == "set-cookie"]
            for one in set_ones:
                name, _, rest = one.partition("=")
                value = rest.partition(";")[0].strip('"')
                if value:
                    self.cookies[name] = value
                else:
                    self.cookies.pop(name, None)
            return Answer(answer.status, found, answer.read().decode(errors="replace"), set_ones)
        finally:
            conn.close()

    def get(self, path: str, **more: str) -> Answer:
        """Look at an address."""
        return self.ask("GET", path, **more)

    def post(
        self, path: str, fields: list[tuple[str, str]] | dict[str, str], **more: str
    ) -> Answer:
        """Send a form."""
        kind = "application/x-www-form-urlencoded"
        return self.ask("POST", path, urlencode(fields).encode(), content_type=kind, **more)

    def sign_in(self, email: str, password: str = PASSWORD, **more: str) -> Answer:
        """Send the sign-in form."""
        return self.post("/sign-in", {"email": email, "password": password}, **more)


@dataclass
class Place:
    """A running web process over a test's own databases."""

    port: int
    house: House
    app: FastAPI

    def visitor(self) -> Visitor:
        """Somebody nobody knows yet."""
        return Visitor(self.port)

    def connect(self) -> postgres.Connection:
        """Our own eyes on PostgreSQL."""
        config = self.house.config
        return postgres.connect(config.postgres_url, autocommit=True, workspace=config.workspace)

    def user(self, email: str, *held: str) -> UUID:
        """A user with the password of this file."""
        with self.connect() as conn:
            user = users.add(conn, self.house.config.workspace, email, list(held))
            users.set_password(conn, users.by_id(conn, user), _HASH)
        return user

    def session(self, user: UUID) -> Visitor:
        """A visitor who has signed in as this user already."""
        with self.connect() as conn:
            secret = access.open_session(conn, user, "password")
        return Visitor(self.port, {COOKIE: secret})

    def audit(self) -> list[tuple[Any, ...]]:
        """(what, actor kind, actor, facts) of the log, the oldest first."""
        with self.connect() as conn:
            return conn.execute(
                "select what, actor_kind, actor, facts from kervan.audit order by id"
            ).fetchall()


@contextmanager
def open_place(urls: Any, data: Path, **settings: Any) -> Iterator[Place]:
    """Serve every route there is until the end."""
    config = Config(
        data=data,
        postgres_url=urls.postgres,
        clickhouse_url=urls.clickhouse,
        workspace=urls.workspace,
        **settings,
    )
    made = FastAPI(docs_url=None, redoc_url=None)
    house = House(config, crypto.Vault(bytes(range(32))))
    app.furnish(made, house)
    server = uvicorn.Server(
        uvicorn.Config(
            headers.secure(made, https=False),
            host="127.0.0.1",
            port=config.port if "port" in settings else 0,
            log_level="critical",
            lifespan="off",
        )
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    deadline = clock.monotonic() + 60
    while not server.started and clock.monotonic() < deadline:
        clock.sleep(0.01)
    try:
        yield Place(server.servers[0].sockets[0].getsockname()[1], house, made)
    finally:  # else the thread outlives a fixture that failed, and the whole run
        server.should_exit = True
        thread.join(timeout=10)
