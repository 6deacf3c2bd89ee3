"""Tells a system of ours of people who passed: a message of the outbox, signed by its provider."""

import msgspec

from kervan.content.texts.compile import TextSource
from kervan.delivery import accounts
from kervan.journeys.effects import messages
from kervan.journeys.effects.effect import Doings, Effect, Wrong
from kervan.journeys.effects.messages import Spoken
from kervan.journeys.steps.step import Step
from kervan.journeys.steps.webhook import Webhook
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.postgres import Connection

CHANNEL = "webhook"


def call(conn: Connection, vault: WorkspaceVault, doings: Doings) -> None:
    """One call for each, by the account that the step names."""
    messages.intend(conn, vault, doings, _said)


EFFECT: Effect = call


def problems(conn: Connection, step: Step) -> list[Wrong]:
    """An account that is not there, and a body that is no JSON or no template."""
    assert isinstance(step, Webhook)
    found: list[Wrong] = []
    known = accounts.names(conn, CHANNEL)
    if not known and not step.account:
        found.append(("account", "journeys.task_no_account", {"channel": CHANNEL}))
    elif step.account and step.account not in known:
        facts: dict[str, object] = {"account": step.account[:40], "known": ", ".join(known) or "–"}
        found.append(("account", "journeys.webhook_unknown", facts))
    return [*found, *messages.problems(conn, _said(step).source)]


def _said(step: Step) -> Spoken:
    assert isinstance(step, Webhook)
    body = step.body if isinstance(step.body, str) else msgspec.json.encode(step.body).decode()
    fields = {"body": body} | ({"event": step.event} if step.event else {})
    source = TextSource(CHANNEL, {"en": fields}, purpose="transactional")
    contact = accounts.mark(step.account) if step.account else b""
    return Spoken(source, step.expires, contact=contact)
