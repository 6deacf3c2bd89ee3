"""Compiles what a journey's steps send, and looks up whatever else its text names."""

import msgspec

from kervan.content import choice
from kervan.content import store as content
from kervan.content.compile import EmailSource
from kervan.content.messages import store as messages
from kervan.journeys import parse
from kervan.journeys.columns import Kept
from kervan.journeys.convert import guess
from kervan.journeys.definition import Definition, Node
from kervan.journeys.effects import found as effects
from kervan.journeys.problem import JourneyNotValid, Problem
from kervan.journeys.publish import named
from kervan.journeys.steps.send import Send
from kervan.journeys.steps.send_email import SendEmail
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection

_PARTS_OF_SOURCE = ("subject", "preheader", "mjml", "text", "topic", "brand")


def templates(
    conn: Connection, definition: Definition, text: str, law: str | None
) -> dict[str, int | Kept]:
    """Step key to what it sends; all that is wrong is found before any problem is raised.

    Raises JourneyNotValid, with the place of each problem in `text`.
    """
    problems = named.problems(conn, definition, text)
    found: dict[str, int | Kept] = {}
    for node in definition.nodes:
        for setting, code, facts in effects.problems(conn, node.step):
            problems.append(Problem(code, *_place(text, node, setting), facts))
        if isinstance(node.step, Send):
            kept = _kept(conn, node, node.step, text, problems)
            if kept is not None:
                found[node.key] = kept
        if isinstance(node.step, SendEmail):
            saved = _own_mail(conn, node, node.step, text, law, problems)
            if saved is not None:
                found[node.key] = saved
    if problems:  # a step that stands for several would say the same for each
        raise JourneyNotValid([one for i, one in enumerate(problems) if one not in problems[:i]])
    return found


def _place(text: str, node: Node, *path: str, line_inside: int = 1) -> tuple[int, int]:
    """A setting's place; steps that one step stands for have its key before the dot."""
    return parse.locate(text, node.written, path, line_inside)


def _own_mail(
    conn: Connection, node: Node, step: SendEmail, text: str, law: str | None,
    problems: list[Problem],
) -> int | None:  # fmt: skip
    message = msgspec.structs.asdict(step.message)
    source = EmailSource(**message, purpose=step.class_)
    try:
        return content.save(conn, source, law)
    except KervanError as error:
        part = str(error.params.get("part") or "")
        inner = error.params.get("line")
        inside = inner if isinstance(inner, int) else 1
        path = ("message", part) if part in _PARTS_OF_SOURCE else ("message",)
        at = _place(text, node, *path, line_inside=inside)
        problems.append(Problem(error.code, *at, error.params))
        return None


def _kept(
    conn: Connection, node: Node, step: Send, text: str, problems: list[Problem]
) -> Kept | None:
    """The message a step names, as it is now: the journey's version keeps it."""
    try:
        found = messages.get(conn, step.message)
    except KervanError:
        facts: dict[str, object] = {"message": step.message[:80]}
        at = _place(text, node, "message")
        known = [one.definition.key for one in messages.every(conn)]
        code, facts = guess("journeys.message_unknown", step.message, facts, known)
        problems.append(Problem(code, *at, facts))
        return None
    written = found.templates
    missing = [one for one in step.named or [] if one not in written]
    for channel in missing:
        at = _place(text, node, "order" if step.by_best else "channels")
        facts = {"message": step.message, "channel": channel, "known": ", ".join(written)}
        problems.append(Problem("journeys.channel_not_written", *at, facts))
    if missing:
        return None
    said = found.definition
    order = step.named or [one for one in said.variants if one in written]
    routes = [(one, choice.save(conn, written[one], said.language)) for one in order]
    return Kept(routes, said.purpose, said.topic, said.brand)
