"""Makes a journey text live: shows what would change, keeps every version, pins those inside."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

import msgspec

from kervan.content import choice
from kervan.content import store as content
from kervan.content.compile import EmailSource
from kervan.content.messages import store as messages
from kervan.journeys import parse
from kervan.journeys.checklist import look
from kervan.journeys.columns import Kept
from kervan.journeys.definition import Definition, Node
from kervan.journeys.problem import JourneyNotValid, Problem
from kervan.journeys.steps.send import Send
from kervan.journeys.steps.send_email import SendEmail
from kervan.kernel import i18n, sql
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "apply.sql")
_PARTS_OF_SOURCE = ("subject", "preheader", "mjml", "text", "topic", "brand")


@dataclass(frozen=True, slots=True)
class Plan:
    """What applying a text would do.

    `change` is `new`, `changed` or `same`; `number` the version that would be live; `before` the
    one live now (0 for none); `inside` how many people are in the journey now and stay on the
    versions they entered.
    """

    key: str
    name: str
    change: str
    number: int
    before: int
    inside: int
    steps: tuple[str, ...]

    def say(self, locale: str = "en") -> str:
        """The plan as sentences."""
        head = i18n.say(
            f"journeys.plan_{self.change}", locale, key=self.key, name=self.name,
            number=self.number, before=self.before, inside=self.inside,
        )  # fmt: skip
        return "\n".join([head, *(f"  {i}. {step}" for i, step in enumerate(self.steps, 1))])


@dataclass(frozen=True, slots=True)
class _Row:
    id: int
    versions: int
    live: int | None
    number: int | None
    hash: bytes | None


def plan(conn: Connection, text: str, locale: str = "en") -> Plan:
    """What `apply` would do, without doing it. Raises JourneyNotValid."""
    definition = parse.parse(text)
    found = conn.execute(_SQL.look, {"key": definition.header.key}).fetchone()
    return _plan(conn, definition, text, _Row(*found) if found else None, locale)


def check(conn: Connection, text: str, locale: str = "en", *, law: str | None = None) -> Plan:
    """All that `apply` looks at; templates are kept, nothing goes live. Raises what it raises."""
    planned, definition = plan(conn, text, locale), parse.parse(text)
    if planned.change != "same":
        _compile(conn, definition, text, law)
        look.refuse(look.of_journey(conn, definition, law), locale)
    return planned


def apply(
    conn: Connection, text: str, at: datetime, locale: str = "en", *, law: str | None = None
) -> Plan:
    """Make `text` the live version of its journey in the caller's transaction.

    Doing it twice does nothing the second time. Messages are compiled here, and hold what `law`
    wants commercial ones to say (a pack's key, content.store.save; None asks nothing). Raises
    JourneyNotValid, also for a message template that may not be, with its place in `text`, and
    journeys.checklist_refuses (422).
    """
    definition = parse.parse(text)
    key = definition.header.key
    conn.execute(_SQL.lock_journey, {"key": key})
    found = conn.execute(_SQL.journey, {"key": key}).fetchone()
    assert found is not None
    row = _Row(*found)
    planned = _plan(conn, definition, text, row, locale)
    if planned.change == "same":
        return planned
    templates = _compile(conn, definition, text, law)
    look.refuse(look.of_journey(conn, definition, law), locale)
    added = conn.execute(
        _SQL.add_version,
        {
            "journey": row.id,
            "number": planned.number,
            "text": text,
            "hash": _hash(text),
            "names": sorted(definition.names),
            "templates": msgspec.json.encode(templates).decode(),
            "at": at,
        },
    ).fetchone()
    assert added is not None
    if row.live is not None:
        conn.execute(_SQL.retire, {"versions": [row.live], "state": "replaced"})
    args = {"journey": row.id, "version": added[0], "number": planned.number}
    conn.execute(_SQL.publish, args)
    conn.execute(_SQL.new_edition)
    return planned


def live_text(conn: Connection, key: str) -> str:
    """The text that is live under a key. Raises journeys.unknown_journey (404)."""
    row = conn.execute(_SQL.live_text, {"key": key}).fetchone()
    if row is None:
        raise KervanError("journeys.unknown_journey", status=404, key=key[:80])
    return str(row[0])


def stop(conn: Connection, key: str, at: datetime) -> int:
    """Stop a journey: nobody enters, and everybody inside leaves in the next turn of work.

    Gives how many are inside. Raises journeys.unknown_journey (404).
    """
    found = conn.execute(_SQL.journey, {"key": key}).fetchone()
    if found is None:
        raise KervanError("journeys.unknown_journey", status=404, key=key)
    row = _Row(*found)
    versions = _versions(conn, row.id)
    conn.execute(_SQL.retire, {"versions": versions, "state": "stopped"})
    number = row.versions
    conn.execute(_SQL.publish, {"journey": row.id, "version": None, "number": number})
    conn.execute(_SQL.new_edition)
    conn.execute(_SQL.due_now, {"versions": versions, "at": at})
    conn.execute(_SQL.wake_inside, {"versions": versions, "at": at})
    return _inside(conn, versions)


def _plan(
    conn: Connection, definition: Definition, text: str, row: _Row | None, locale: str
) -> Plan:
    header = definition.header
    versions = _versions(conn, row.id) if row else []
    same = row is not None and row.hash == _hash(text)
    change = "same" if same else "changed" if row and row.versions else "new"
    before = (row.number or 0) if row else 0
    number = before if same else (row.versions if row else 0) + 1
    steps = tuple(f"{node.key}: {node.step.describe(locale)}" for node in definition.nodes)
    inside = _inside(conn, versions)
    return Plan(header.key, header.name, change, number, before, inside, steps)


def _versions(conn: Connection, journey: int) -> list[int]:
    return [int(one) for (one,) in conn.execute(_SQL.of_journey, {"journey": journey}).fetchall()]


def _inside(conn: Connection, versions: list[int]) -> int:
    row = conn.execute(_SQL.inside, {"versions": versions}).fetchone()
    return int(row[0]) if row else 0


def _hash(text: str) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


def _compile(
    conn: Connection, definition: Definition, text: str, law: str | None
) -> dict[str, int | Kept]:
    """Step key to what it sends; all messages are tried before any problem is raised."""
    problems: list[Problem] = []
    templates: dict[str, int | Kept] = {}
    for node in definition.nodes:
        if isinstance(node.step, Send):
            kept = _kept(conn, node, text, problems)
            if kept is not None:
                templates[node.key] = kept
        if not isinstance(node.step, SendEmail):
            continue
        message = msgspec.structs.asdict(node.step.message)
        source = EmailSource(**message, purpose=node.step.class_)
        try:
            templates[node.key] = content.save(conn, source, law)
        except KervanError as error:
            part = str(error.params.get("part") or "")
            inner = error.params.get("line")
            line_inside = inner if isinstance(inner, int) else 1
            path = ("message", part) if part in _PARTS_OF_SOURCE else ("message",)
            line, column = parse.locate(text, node.key, path, line_inside)
            problems.append(Problem(error.code, line, column, error.params))
    if problems:
        raise JourneyNotValid(problems)
    return templates


def _kept(conn: Connection, node: Node, text: str, problems: list[Problem]) -> Kept | None:
    """The message a step names, as it is now: the journey's version keeps it."""
    step = node.step
    assert isinstance(step, Send)
    try:
        found = messages.get(conn, step.message)
    except KervanError:
        line, column = parse.locate(text, node.key, ("message",), 1)
        facts: dict[str, object] = {"message": step.message[:80]}
        problems.append(Problem("journeys.message_unknown", line, column, facts))
        return None
    written = found.templates
    missing = [one for one in step.named or [] if one not in written]
    for channel in missing:
        place = "order" if step.by_best else "channels"
        line, column = parse.locate(text, node.key, (place,), 1)
        facts = {"message": step.message, "channel": channel, "known": ", ".join(written)}
        problems.append(Problem("journeys.channel_not_written", line, column, facts))
    if missing:
        return None
    said = found.definition
    order = step.named or [one for one in said.variants if one in written]
    routes = [(one, choice.save(conn, written[one], said.language)) for one in order]
    return Kept(routes, said.purpose, said.topic, said.brand)
