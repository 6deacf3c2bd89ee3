"""Calls another journey for people who passed, by the event that such a journey begins with.

A call counts how many journeys led to it, so that two that lead into each other end some time.
"""

from typing import Any

from kervan.journeys.convert import guess
from kervan.journeys.effects import tell
from kervan.journeys.effects.effect import Doings, Effect, Wrong
from kervan.journeys.effects.fill import Fill, check
from kervan.journeys.steps.go_to import GoTo
from kervan.journeys.steps.step import Step
from kervan.kernel import sql
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "effects.sql")
EVENT = "Journey Called"
MOST_HOPS = 10


def call(conn: Connection, _: WorkspaceVault, doings: Doings) -> None:
    """One call for each; who was led on too often is told so, and led no further."""
    fill = Fill()
    told = []
    for row, step in enumerate(doings.step):
        assert isinstance(step, GoTo)
        context = tell.context_of(doings, row)
        hops = _hops(context) + 1
        passed: dict[str, Any] = {}
        code = "journeys.call_too_deep" if hops > MOST_HOPS else ""
        try:
            passed = {name: fill.value(one, context) for name, one in step.pass_.items()}
        except KervanError as error:
            code = code or error.code
        if code:
            told.append(tell.failed(doings, row, code, target=step.journey))
            continue
        event = tell.event(doings, row, EVENT)
        event.properties = passed | {
            "journey": step.journey,
            "hops": hops,
            "from": doings.journey[row],
            "from_run": doings.run[row],
            "from_step": doings.step_key[row],
        }
        told.append(event)
    tell.tell(conn, told)


EFFECT: Effect = call


def problems(conn: Connection, step: Step) -> list[Wrong]:
    """A journey that is not live, and values that are no templates."""
    assert isinstance(step, GoTo)
    found: list[Wrong] = []
    live = conn.execute(_SQL.live, {"key": step.journey, "event": EVENT}).fetchone()
    facts: dict[str, object] = {"journey": step.journey[:80]}
    if live is None:
        callable_ = [key for (key,) in conn.execute(_SQL.called, {"event": EVENT}).fetchall()]
        code, facts = guess("journeys.call_unknown", step.journey, facts, callable_)
        found.append(("journey", code, facts))
    elif live != (True,):
        found.append(("journey", "journeys.call_not_called", facts))
    for name, written in step.pass_.items():
        if (error := check(written)) is not None:
            found.append(("pass", error.code, {**error.params, "part": name[:40]}))
    return found


def _hops(context: dict[str, Any]) -> int:
    event = context.get("event")
    hops = event.get("hops") if isinstance(event, dict) else 0
    return hops if isinstance(hops, int) and hops > 0 else 0
