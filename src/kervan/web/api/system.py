"""The system: engines, queues and how far behind they are, disk, versions, the doctor."""

import platform
from collections.abc import Callable
from datetime import datetime
from importlib import metadata

from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError
from fastapi import APIRouter, Request
from pydantic import BaseModel

from kervan.engines import doctor
from kervan.engines.doctor import Finding
from kervan.insight import system
from kervan.insight.metrics import health
from kervan.kernel import clock
from kervan.kernel.config import Config
from kervan.web.auth import right
from kervan.web.errors import locale_of
from kervan.web.state import House, house

router = APIRouter(prefix="/v1/system", tags=["system"])
Look = Callable[[Config], list[Finding]]
looks: list[Look] = [doctor.examine]
"""What `kervan doctor` asks; the web process is given all of it when it begins."""


class Found(BaseModel):
    """One thing looked at, and what to do about it: `by` is doctor, running or queue."""

    by: str
    ok: bool
    said: str


class Engine(BaseModel):
    """A database; without a version it does not answer. `bytes` are those it holds of ours."""

    key: str
    version: str
    bytes: int


class Queue(BaseModel):
    """What waits in turn: how much, and since when the oldest does."""

    key: str
    waiting: int
    since: datetime | None
    ok: bool


class Disk(BaseModel):
    """Where the data lies, in bytes."""

    path: str
    free: int
    total: int


class System(BaseModel):
    """Everything at one instant; what is wrong stands first among what was found."""

    checked_at: datetime
    kervan: str
    python: str
    web_processes: int
    worker_processes: int
    engines: list[Engine]
    queues: list[Queue]
    disk: Disk
    found: list[Found]


@router.get("", dependencies=[right("system.read")])
def look(request: Request) -> System:
    """How the machinery is, looked at now."""
    mine, locale, at = house(request), locale_of(request), clock.now()
    config = mine.config
    history = _history(mine)
    with mine.connection() as conn:
        seen = system.look(conn, history, config.data, config.workspace, at)
        checks = health.examine(conn, history, config.workspace, at)
    found = [
        Found(by="doctor", ok=one.ok, said=one.say(locale))
        for each in looks
        for one in each(config)
    ]
    found += [Found(by="running", ok=one.ok, said=one.say(locale)) for one in checks]
    late = [one for one in seen.queues if one.is_late(at)]
    found += [Found(by="queue", ok=False, said=one.say(at, locale)) for one in late]
    ill = {one.key for one in checks if not one.ok} | {one.key for one in late}
    return System(
        checked_at=at,
        kervan=metadata.version("kervan"),
        python=platform.python_version(),
        web_processes=config.web_processes,
        worker_processes=config.worker_processes,
        engines=[Engine(key=one.key, version=one.version, bytes=one.bytes) for one in seen.engines],
        queues=[
            Queue(key=one.key, waiting=one.waiting, since=one.since, ok=_named(one.key) not in ill)
            for one in seen.queues
        ],
        disk=Disk(path=str(config.data), free=seen.space.free, total=seen.space.total),
        found=sorted(found, key=lambda one: one.ok),
    )


def _history(mine: House) -> Client | None:
    """None where it is away: it is just then that somebody opens this page."""
    try:
        return mine.history
    except ClickHouseError:
        return None


def _named(queue: str) -> str:
    """What the overview calls the check of a queue."""
    return {"messages": "sending"}.get(queue, queue)
