"""What the tests of tasks share: people who may be called, messages for them, a quick sender."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from kervan.consent import store as consent
from kervan.content import store as templates
from kervan.content.texts.compile import TextSource
from kervan.delivery import accounts, books, gather, handed, outbox
from kervan.delivery.channels.channel import Outgoing
from kervan.delivery.handed import Handed
from kervan.delivery.inbound import Ground
from kervan.delivery.run import House, Senders
from kervan.delivery.tasks import dial, keep, queue
from kervan.delivery.tasks.task import Task
from kervan.kernel import clock, ids
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.postgres import Connection
from tests.unit.delivery.peer import until
from tests.unit.delivery.world import QUICK, VAULT, add_phones, intend, intents, sending, states

SENDER = 7
AGENT = uuid.UUID(int=0xA6)
GROUND = Ground("TR", "Europe/Istanbul")
_numbers = iter(range(10, 100_000))


@contextmanager
def running(url: str, workspace: str) -> Iterator[None]:
    """All senders, with the list of tasks."""
    lists = {"tasks": keep.keeper(VAULT)}
    house = House(url, workspace, VAULT, "https://k.example", "tr", QUICK, lists=lists)
    with sending(Senders(house, {})):
        yield


def callable_people(conn: Connection, count: int) -> list[int]:
    """People with phones who agreed to calls."""
    people = add_phones(conn, [f"+90532{next(_numbers):07}" for _ in range(count)])
    agree(conn, people)
    return people


def agree(conn: Connection, people: list[int], vault: WorkspaceVault = VAULT) -> None:
    """Let these people agree to calls."""
    at_ms = clock.to_ms(clock.now() - timedelta(days=30))
    said = [
        consent.Decision(one, "call", "marketing", True, at_ms, 1, "", ids.random_bytes(16))
        for one in people
    ]
    consent.record(conn, said, vault)
    conn.commit()


def put(
    conn: Connection, people: list[int], channel: str = "call", *, key: str = "k",
    lives: timedelta = timedelta(days=3), priority: int = 5, vault: WorkspaceVault = VAULT,
    by: str = "", **fields: str,
) -> list[uuid.UUID]:  # fmt: skip
    """One task for each of these people, made as the sender makes it; gives their ids."""
    at = clock.now()
    wanted = intents(people, key=key, lives=lives, at=at)
    wanted.channel = [channel] * len(people)
    wanted.priority = [priority] * len(people)
    outbox.intend(conn, vault, wanted)
    at += timedelta(milliseconds=1)  # intents are whole milliseconds
    claims = books.claim(conn, SENDER, channel, 10_000, at)
    jobs, results = gather.judge(conn, vault, claims, at, healthy=True, hold_seconds=1.0)
    assert not results, results
    texts = {"script": "Merhaba", **fields}
    given = [
        Outgoing(one, one.claim.subject.message, "", texts, True, "tr", one.claim.expires_at)
        for one in jobs
    ]
    name = by or {"call": "call_list", "store": "store_list"}[channel]
    keep.keep(conn, vault, name, given, at)
    over = [Handed(one.claim, name, "", at + timedelta(days=9), one.consent_event, at)
            for one in jobs]  # fmt: skip
    handed.hand(conn, [SENDER], over, at)
    conn.commit()
    return [one.claim.subject.message for one in jobs]


def want(
    conn: Connection, people: list[int], channel: str = "call", *, key: str = "k",
    lives: timedelta = timedelta(days=3), priority: int = 5, at: datetime | None = None,
    **fields: str,
) -> None:  # fmt: skip
    """One marketing message of these fields for each."""
    source = TextSource(channel=channel, texts={"tr": {"script": "Merhaba", **fields}})
    version = templates.save(conn, source)
    wanted = intents(people, key=key, lives=lives, at=at)
    wanted.channel = [channel] * len(people)
    wanted.template_version = [version] * len(people)
    wanted.priority = [priority] * len(people)
    intend(conn, wanted)


def account(
    conn: Connection, provider: str = "call_list", *, vault: WorkspaceVault = VAULT,
    **settings: object,
) -> None:  # fmt: skip
    """An account of a list; calls at any hour unless said otherwise."""
    anytime = {"calls_from": "00:00", "calls_until": "00:00"} if provider != "store_list" else {}
    accounts.save(
        conn, vault, provider, provider, {**anytime, **settings}, clock.now(),
        is_private=True,
    )  # fmt: skip
    conn.commit()


def made(conn: Connection, url: str, workspace: str, count: int) -> None:
    """Let the sender make tasks of what is wanted."""
    with running(url, workspace):
        until(lambda: states(conn).get("handed", 0) >= count, 20)


def next_task(conn: Connection, agent: uuid.UUID = AGENT, kind: str = "call") -> Task:
    """Take the next one; there is one."""
    found = queue.take_next(conn, VAULT, kind, agent, clock.now())
    assert found is not None
    conn.commit()
    return found


def dialled(conn: Connection, task: Task, agent: uuid.UUID = AGENT) -> dial.Allowed | dial.Refused:
    """Dial and commit."""
    locked = queue.lock(conn, task.message, task.kind)
    said = dial.dial(conn, VAULT, locked, agent, clock.now(), "TR")
    conn.commit()
    return said
