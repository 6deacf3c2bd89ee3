"""One real Kervan for the stories of a module: started by its command, spoken to by its wire."""

import base64
import contextlib
import dataclasses
import http.client
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import psutil
import psycopg
from clickhouse_connect.driver.client import Client as History
from psycopg import sql
from psycopg.conninfo import make_conninfo

from kervan.collect import sources
from kervan.engines import supervise
from kervan.kernel import clickhouse, postgres
from kervan.kernel import config as configuration
from kervan.kernel.config import Config
from tests import memory
from tests.sdk.door import START_SECONDS, free_port, until

WEB, WORKERS = 2, 1
KINDS = ("browser", "server", "till", "kiosk", "call_centre", "import")
PATIENCE_SECONDS = 90.0  # two cores carry seven tests; what comes early is not waited for
NAMES_LIMIT = 3_000
SMS_HOOK_SECRET = "a secret that stories share with their provider of SMS"
_WORKERS_PRESENT = """
select count(*) from pg_locks join pg_database on pg_database.oid = database
where locktype = 'advisory' and classid = 1802662003 and datname = current_database()
"""
Body = bytes | str | dict[str, Any] | list[Any]


@dataclass(frozen=True)
class Answer:
    """One answer; header names are in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body, decoded."""
        return json.loads(self.body)

    @property
    def code(self) -> str:
        """The code of a refusal."""
        return str(self.json["error"]["code"])

    def is_calm(self) -> bool:
        """Whether a refusal is one sentence with a code, and nothing shows a trace."""
        clean = b"Traceback" not in self.body and b"site-packages" not in self.body
        said = (
            self.status < 400
            or "html" in self.headers["content-type"]
            or (self.json["error"]["code"] and self.json["error"]["message"])
        )
        return bool(self.status < 500 and clean and said)


def track(event: str, user: str, **more: Any) -> dict[str, Any]:
    """One event of somebody."""
    return {"type": "track", "event": event, "userId": user, **more}


def basic(key: str) -> str:
    """A write key as SDKs put it into a header."""
    return "Basic " + base64.b64encode(f"{key}:".encode()).decode()


@dataclass
class Kervan:
    """A running Kervan: its address, its keys, and what an operator sees of it."""

    config: Config
    process: subprocess.Popen[bytes]
    log_path: Path
    token: str = ""
    keys: dict[str, str] = field(default_factory=dict)
    log_from: int = 0

    @property
    def address(self) -> str:
        """Where it answers."""
        return self.config.address

    @property
    def log(self) -> str:
        """What it has said so far, since these stories began."""
        return self.log_path.read_bytes()[self.log_from :].decode(errors="replace")

    def told_by(self, teller: str) -> "Kervan":
        """The same for other stories: with sources of their own, `KIND of TELLER`."""
        keys = {}
        with postgres.connect(self.config.postgres_url) as conn:
            for kind in KINDS:
                name = f"{kind} of {teller}"
                keys[kind] = sources.create(conn, self.config.workspace, name, kind)
        sources.settle()
        self.say_who_speaks()
        size = self.log_path.stat().st_size
        return dataclasses.replace(self, keys=keys, log_from=size)

    def say_who_speaks(self) -> None:
        """Set the facts that no commercial message may go without."""
        facts = {"title": "Örnek A.Ş.", "mersis": "0" * 16, "email": "bilgi@ornek.test"}
        assert self.api("PUT", "/v1/company", facts).status == 200

    def ask(
        self,
        method: str,
        path: str,
        body: Body = b"",
        *,
        key: str = "",
        connection: http.client.HTTPConnection | None = None,
        **headers: str,
    ) -> Answer:
        """One request on a connection of its own, or on the given one."""
        raw = (
            body
            if isinstance(body, bytes)
            else body.encode()
            if isinstance(body, str)
            else json.dumps(body).encode()
        )
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if key:
            named["authorization"] = basic(key)
        mine = connection or self.connect()
        try:
            mine.request(method, path, raw if raw or method == "POST" else None, named)
            answer = mine.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, found, answer.read())
        finally:
            if connection is None:
                mine.close()

    def connect(self, timeout_seconds: float = 60.0) -> http.client.HTTPConnection:
        """A connection to keep; the kernel chooses which web process has it."""
        place = urlsplit(self.address)
        return http.client.HTTPConnection(place.hostname or "", place.port, timeout_seconds)

    def send(self, *events: dict[str, Any], kind: str = "server", path: str = "/v1/batch") -> None:
        """Events that must be taken."""
        answer = self.ask("POST", path, {"batch": list(events)}, key=self.keys[kind])
        assert answer.status == 200, answer

    def post(
        self, key: str, *events: dict[str, Any], path: str = "/v1/batch", **headers: str
    ) -> Answer:
        """Events under a key, and what is answered."""
        return self.ask("POST", path, {"batch": list(events)}, key=key, **headers)

    def source(self, name: str, kind: str = "server", **facts: Any) -> tuple[int, str]:
        """A new source by the API: its number and its key."""
        answer = self.api("POST", "/v1/sources", {"name": name, "kind": kind, **facts})
        assert answer.status == 201, answer
        number = next(one["id"] for one in self.get("/v1/sources") if one["name"] == name)
        return int(number), str(answer.json["write_key"])

    def api(self, method: str, path: str, body: Body = b"", **headers: str) -> Answer:
        """One request to the API, as a program with a token."""
        headers.setdefault("content_type", "application/json")
        return self.ask(method, path, body, authorization=f"Bearer {self.token}", **headers)

    def get(self, path: str) -> Any:
        """What the API answers, decoded."""
        answer = self.api("GET", path)
        assert answer.status == 200, answer
        return answer.json

    def cli(self, *words: str) -> subprocess.CompletedProcess[str]:
        """One command on this Kervan's directory."""
        return subprocess.run(
            [sys.executable, "-m", "kervan", "--data", str(self.config.data), *words],
            capture_output=True,
            text=True,
            timeout=60,
            env=_environment(self.config),
            check=False,
        )

    def person(self, customer_id: str, seconds: float = PATIENCE_SECONDS) -> str:
        """The public id of the person with this customer id, once she is known."""
        found: list[str] = []
        asked = f"/v1/people?customer_id={quote(customer_id, safe='')}"

        def known() -> bool:
            found.extend(self.get(asked)["people"])
            return bool(found)

        until(known, lambda: f"nobody has customer id {customer_id!r}\n{self.log[-2000:]}", seconds)
        return found[0]

    def timeline(self, customer_id: str) -> list[dict[str, Any]]:
        """What the API says happened to her, oldest first."""
        facts = self.get(f"/v1/people/{self.person(customer_id)}/timeline?limit=1000")
        return list(facts["events"][::-1])

    def names(self, customer_id: str, count: int) -> list[str]:
        """The names on her timeline once there are `count` of them, sorted."""
        found: list[str] = []

        def arrived() -> bool:
            found[:] = sorted(one["name"] for one in self.timeline(customer_id))
            return len(found) >= count

        until(
            arrived,
            lambda: f"{len(found)} of {count}: {found}\n{self.log[-2000:]}",
            PATIENCE_SECONDS,
        )
        return found

    def letters(self, count: int = 1, **wanted: str) -> list[dict[str, Any]]:
        """The dead letters of a search by the API, once there are `count`."""
        found: list[dict[str, Any]] = []
        query = "&".join(f"{name}={value}" for name, value in wanted.items())

        def arrived() -> bool:
            found[:] = self.get(f"/v1/dead-letters?limit=1000&{query}")["letters"]
            return len(found) >= count

        until(
            arrived,
            lambda: f"{len(found)} of {count} letters {wanted}\n{self.log[-2000:]}",
            PATIENCE_SECONDS,
        )
        return found

    def connection(self) -> postgres.Connection:
        """Our own eyes on PostgreSQL."""
        return postgres.connect(
            self.config.postgres_url, autocommit=True, workspace=self.config.workspace
        )

    def rows(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """The rows of a statement."""
        with self.connection() as conn:
            return conn.execute(statement, values or None).fetchall()

    def history(self) -> History:
        """A client on the workspace's history."""
        return clickhouse.connect(
            self.config.clickhouse_url, postgres.schema_name(self.config.workspace)
        )

    def processed(self) -> None:
        """Wait until nothing is on its way to history any more, of this workspace: what a closed
        one has taken waits until that is opened again."""
        until(
            lambda: self.rows(
                "with mine as (select id from kervan.workspace where key = %s)"
                " select not exists (select from kervan.intake, mine"
                " where workspace = mine.id and batch is null)"
                " and not exists (select from kervan.batch, mine where workspace = mine.id)",
                self.config.workspace,
            )[0][0],
            lambda: f"events wait for ever\n{self.log[-2000:]}",
            PATIENCE_SECONDS,
        )

    def children(self, word: str) -> list[psutil.Process]:
        """The processes whose command ends in `word`: web or worker."""
        found = []
        for child in psutil.Process(self.process.pid).children():
            with contextlib.suppress(psutil.Error):
                if child.cmdline()[-1:] == [word]:
                    found.append(child)
        return found

    @contextlib.contextmanager
    def another_worker(self) -> Iterator[None]:
        """A second worker beside the first for a while: whoever is there first takes a batch."""
        present = self.rows(_WORKERS_PRESENT)[0][0]
        with self.log_path.open("ab") as out:
            process = subprocess.Popen(
                [sys.executable, "-m", "kervan", "worker"],
                stdout=out,
                stderr=out,
                env=_environment(self.config),
            )
        try:
            until(lambda: self.rows(_WORKERS_PRESENT)[0][0] > present, lambda: self.log[-2000:])
            yield
        finally:
            _stop(process)

    def is_healthy(self) -> bool:
        """Whether nothing has died and nothing unexpected has been logged."""
        return not re.search(r"child_died|request_failed|Traceback|worker_lost", self.log)


def _environment(config: Config) -> dict[str, str]:
    return {**os.environ, **configuration.environment(config)}


@contextlib.contextmanager
def _outside(workspace: str) -> Iterator[dict[str, str]]:
    """The servers that the environment gives to tests, with a database of our own in them."""
    given = os.environ.get("KERVAN_TEST_POSTGRES_URL")
    history = os.environ.get("KERVAN_TEST_CLICKHOUSE_URL")
    urls = {"clickhouse_url": history} if history else {}
    if not given:
        yield urls
        return
    name = f"kervan_{workspace}"
    with psycopg.connect(given, autocommit=True) as admin:
        admin.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
        try:
            yield {**urls, "postgres_url": make_conninfo(given, dbname=name)}
        finally:
            admin.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


@contextlib.contextmanager
def running(**settings: object) -> Iterator[Kervan]:
    """`kervan up` in a directory of its own; stopped, and the directory removed, at the end."""
    place = memory.make_place("kervan-story-")
    place.chmod(0o755)
    workspace = f"s{os.getpid()}_{place.name[-6:].lower()}"
    log_path = place / "log"
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, place, ignore_errors=True)
        urls = stack.enter_context(_outside(workspace))
        config = configuration.load(
            **{
                "data": str(place / "data"),
                "port": free_port(),
                "workspace": workspace,
                "web_processes": WEB,
                "worker_processes": WORKERS,
                "log_format": "json",
                **urls,
                **settings,
            }
        )
        with log_path.open("wb") as out:
            process = subprocess.Popen(
                [sys.executable, "-m", "kervan", "up"],
                stdout=out,
                stderr=out,
                env=_environment(config),
            )
        stack.callback(_stop, process)
        _wait(process, log_path, lambda: b"Sign in" in log_path.read_bytes())
        ready = stack.enter_context(supervise.attached(config))
        kervan = Kervan(ready, process, log_path)
        kervan.token = kervan.cli("token", "stories").stdout.strip()
        yield kervan.told_by("the house")


def _wait(process: subprocess.Popen[bytes], log_path: Path, ready: Callable[[], bool]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not ready():
        said = log_path.read_text(errors="replace")[-2000:]
        assert process.poll() is None and time.monotonic() < deadline, said
        time.sleep(0.05)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(30)
    process.kill()
    process.wait()
