"""Tries a new template out in a process of its own before anybody is sent a message of it.

A template that takes the process down is in quarantine: it is not saved, and a version that was
saved before is not rendered where messages are sent.
"""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from kervan.content import compiled
from kervan.content.company import Company
from kervan.content.compiled import Compiled
from kervan.content.confine import hostile, pool
from kervan.content.confine.pool import Killed, Unavailable
from kervan.content.confine.wire import Answer, Task
from kervan.kernel import clock, sql
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "trial.sql")
QUARANTINED = "content.template_quarantined"


def survives(template: Compiled) -> bool:
    """Whether a process lives through rendering `template` with the largest data there can be."""
    scenes = hostile.scenes(template.wants)
    try:
        pool.shared.ask(Task(compiled.encode(template), scenes))
    except Killed:
        return False
    return True


def check(template: Compiled) -> None:
    """Let a template pass that survives. Raises content.template_quarantined (422)."""
    if not survives(template):
        raise KervanError(QUARANTINED, status=422)


def passed(conn: Connection, number: int) -> None:
    """Note that a version was tried out."""
    conn.execute(_SQL.note, {"version": number, "passed": True, "at": clock.now()})


def quarantine(conn: Connection, number: int) -> None:
    """Keep a version from being rendered where messages are sent."""
    conn.execute(_SQL.note, {"version": number, "passed": False, "at": clock.now()})


def admitted(conn: Connection, found: Mapping[int, Compiled]) -> dict[int, bool]:
    """Whether each of these versions may be rendered: those not tried before are tried now."""
    if not found:
        return {}
    known = dict(conn.execute(_SQL.known, {"versions": [*found]}).fetchall())
    for number, template in found.items():
        if number not in known:
            try:
                known[number] = survives(template)
            except Unavailable:
                known[number] = True  # tried next time; messages do not wait for it
                continue
            conn.execute(_SQL.note, {"version": number, "passed": known[number], "at": clock.now()})
    return known


def render(
    template: Compiled, scene: dict[str, Any], public_url: str, speaker: Company, language: str
) -> Answer:
    """`template` for one reader, rendered in a process of its own; its links lead nowhere.

    `language` is the workspace's. Raises KervanError content.*
    """
    task = Task(
        compiled.encode(template), [pool.plain(scene)], public_url, asdict(speaker), language,
        shows=True,
    )  # fmt: skip
    try:
        [answer] = pool.shared.ask(task)
    except Killed:
        raise KervanError(QUARANTINED, status=422) from None
    if answer.code:
        raise KervanError(answer.code, answer.status, **answer.params)
    return answer
