"""Tells colleagues of people who passed: a notice each, which soon is a mail (app/notices.py)."""

from kervan.journeys.effects import notices
from kervan.journeys.effects.effect import Doings, Effect, Wrong
from kervan.journeys.effects.notices import Saying
from kervan.journeys.steps.notify import Notify
from kervan.journeys.steps.step import Step
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.postgres import Connection


def notify(conn: Connection, vault: WorkspaceVault, doings: Doings) -> None:
    """One notice for each."""
    notices.keep(conn, vault, doings, lambda row: _said(doings.step[row]))


EFFECT: Effect = notify


def problems(conn: Connection, step: Step) -> list[Wrong]:
    """Users and roles that are not there, and templates that are none."""
    return notices.problems(conn, _said(step))


def _said(step: Step) -> Saying:
    assert isinstance(step, Notify)
    return Saying(step.subject, step.text, step.language, step.to, step.role)
