"""Hands to the outbox what effects say to systems and lists of ours: kept once, one end each."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import msgspec

from kervan.collect.intake import OwnEvent
from kervan.content import store as templates
from kervan.content.texts.compile import TextSource
from kervan.delivery import outbox
from kervan.journeys.effects import tell
from kervan.journeys.effects.effect import Doings, Wrong
from kervan.journeys.steps.step import Step
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a step says: its text, how long that holds in ms, and by which account (a mark)."""

    source: TextSource
    expires_ms: int
    priority: int = 5
    contact: bytes = b""


def intend(
    conn: Connection, vault: WorkspaceVault, doings: Doings, says: Callable[[Step], Spoken]
) -> None:
    """One message for each row; a text that cannot be used any more is told of each instead.

    It shows what the run carries, and under `run` where it comes from.
    """
    known: dict[int, tuple[Spoken, int | str]] = {}
    intents, told = outbox.Intents(), list[OwnEvent]()
    for row, step in enumerate(doings.step):
        if id(step) not in known:
            known[id(step)] = _kept(conn, says(step))
        spoken, template = known[id(step)]
        if isinstance(template, str):
            told.append(tell.failed(doings, row, template))
            continue
        context = tell.context_of(doings, row)
        context["run"] = {
            "id": doings.run[row],
            "journey": doings.journey[row],
            "version": doings.version[row],
            "step": doings.step_key[row],
            "at_ms": doings.at_ms[row],
        }
        _add(intents, doings, row, spoken, template)
        intents.context.append(msgspec.json.encode(context))
    outbox.intend(conn, vault, intents)
    tell.tell(conn, told)


def problems(conn: Connection, source: TextSource) -> Iterator[Wrong]:
    """Why a text may not be, at the setting that is its field (`tr.body` is `body`)."""
    try:
        templates.save(conn, source)
    except KervanError as error:
        part = str(error.params.get("part") or "").rpartition(".")[2]
        yield part, error.code, dict(error.params)


def _kept(conn: Connection, spoken: Spoken) -> tuple[Spoken, int | str]:
    try:
        return spoken, templates.save(conn, spoken.source)
    except KervanError as error:
        return spoken, error.code


def _add(intents: outbox.Intents, doings: Doings, row: int, spoken: Spoken, template: int) -> None:
    at_ms, source = doings.at_ms[row], spoken.source
    intents.key.append(doings.key[row])
    intents.person.append(doings.person[row])
    intents.journey.append(doings.journey[row])
    intents.version.append(doings.version[row])
    intents.step.append(doings.step_key[row])
    intents.run.append(doings.run[row])
    intents.channel.append(source.channel)
    intents.message_class.append(source.purpose)
    intents.template_version.append(template)
    intents.at_ms.append(at_ms)
    intents.not_before_ms.append(at_ms)
    intents.expires_ms.append(at_ms + spoken.expires_ms)
    intents.contact.append(spoken.contact)
    intents.topic.append(source.topic)
    intents.brand.append(source.brand)
    intents.priority.append(spoken.priority)
