"""Makes a message what its definition says: shows what would change, keeps every version."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

import msgspec

from kervan.content import store as templates
from kervan.content.blocks import store as blocks
from kervan.content.lint import of
from kervan.content.lint.check import ERROR, Finding
from kervan.content.lint.run import lint
from kervan.content.messages import store
from kervan.content.messages.check import Examined, examine, placed
from kervan.content.messages.definition import Definition
from kervan.content.messages.judge import judged
from kervan.content.messages.problem import MessageNotValid, Problem
from kervan.kernel import i18n, sql
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "store.sql")
_encode = msgspec.json.Encoder().encode
NEW, CHANGED, SAME = "new", "changed", "same"


@dataclass(frozen=True, slots=True)
class Plan:
    """What applying a definition would do: `change` is `new`, `changed` or `same`.

    `number` is the version that would be live, `before` the one live now (0 for none).
    """

    message: Definition
    change: str
    number: int
    before: int
    warnings: list[Problem]

    def say(self, locale: str = "en") -> str:
        """The plan as sentences, with a line per channel and per warning."""
        facts = {"key": self.message.key, "name": self.message.name, "number": self.number}
        lines = [i18n.say(f"content.message_{self.change}", locale, **facts)]
        for channel, languages in self.message.variants.items():
            lines.append(f"  {channel}: {', '.join(languages)}")
        if self.change != SAME:
            lines += [f"  ! {one.say(locale)}" for one in self.warnings]
        return "\n".join(lines)


def plan(conn: Connection, message: Definition, law: str | None = None) -> Plan:
    """What `apply` would do, without doing it. Raises MessageNotValid."""
    return _plan(conn, message, judged(conn, examine(message, blocks.live(conn))), law)


def check(conn: Connection, message: Definition, law: str | None = None) -> Plan:
    """All that `apply` looks at; templates are kept, nothing goes live. Raises MessageNotValid."""
    planned = plan(conn, message, law)
    if planned.change != SAME:
        _saved(conn, examine(message, blocks.live(conn)), law)
    return planned


def findings(
    conn: Connection, message: Definition, law: str | None, examined: Examined | None = None
) -> list[Finding]:
    """What the linter tells of a message (lint/), by the brand guide in force now.

    Raises MessageNotValid for one that cannot be compiled.
    """
    examined = examined or examine(message, blocks.live(conn))
    return lint(of.subject(conn, message.brand, law, examined.sources))


def expect(planned: Plan, expected: int | None) -> None:
    """Let pass what was written over the version `expected`, 0 for a new message.

    Raises content.message_changed_meanwhile (409): somebody else was quicker.
    """
    if expected not in (None, planned.before) and planned.change != SAME:
        facts = {"key": planned.message.key, "version": planned.before, "expected": expected}
        raise KervanError("content.message_changed_meanwhile", status=409, **facts)


def apply(
    conn: Connection, message: Definition, at: datetime, by: str, law: str | None = None, *,
    expected: int | None = None,
) -> Plan:  # fmt: skip
    """Make it so in the caller's transaction; doing it twice does nothing the second time.

    `law` as for content.store.save, `expected` as for `expect`. Raises MessageNotValid, also for a
    topic or a brand that nobody knows, for what the law wants and a variant lacks, and for the
    linter's errors.
    """
    examined = judged(conn, examine(message, blocks.live(conn)))
    row = conn.execute(_SQL.hold, {"key": message.key}).fetchone()
    assert row is not None
    planned = _plan(conn, message, examined, law)
    expect(planned, expected)
    if planned.change == SAME:
        return planned
    added = {
        "message": row[0],
        "number": planned.number,
        "source": _encode(message).decode(),
        "hash": _hash(message, examined),
        "templates": _encode(_saved(conn, examined, law)).decode(),
        "warnings": _encode(planned.warnings).decode(),
        "at": at,
        "by": by,
    }
    conn.execute(_SQL.add, added)
    conn.execute(_SQL.publish, {"message": row[0], "number": planned.number})
    return planned


def _plan(conn: Connection, message: Definition, examined: Examined, law: str | None) -> Plan:
    row = conn.execute(_SQL.look, {"key": message.key}).fetchone()
    live, known, last = row if row else (None, None, None)
    if known is not None and bytes(known) == _hash(message, examined):
        return Plan(message, SAME, live, live, examined.warnings)
    change = CHANGED if live else NEW
    warnings = [*examined.warnings, *_looked_over(conn, message, examined, law)]
    return Plan(message, change, (last or 0) + 1, live or 0, warnings)


def _looked_over(
    conn: Connection, message: Definition, examined: Examined, law: str | None
) -> list[Problem]:
    """The linter's warnings. Raises MessageNotValid with its errors."""
    found = findings(conn, message, law, examined)
    told = {True: list[Problem](), False: list[Problem]()}
    for one in found:
        problem = Problem(one.code, one.path, one.params, one.line)
        told[one.severity == ERROR].append(problem)
    if told[True]:
        raise MessageNotValid(told[True])
    return told[False]


def _hash(message: Definition, examined: Examined) -> bytes:
    """Of the definition and of what it takes in: a block that changed makes a new version."""
    whole = _encode((message, [*examined.sources.values()]))
    return hashlib.blake2b(whole, digest_size=16).digest()


def _saved(conn: Connection, examined: Examined, law: str | None) -> store.Templates:
    found: store.Templates = {}
    problems = []
    for (channel, language), source in examined.sources.items():
        try:
            found.setdefault(channel, {})[language] = templates.save(conn, source, law)
        except KervanError as error:
            problem = placed(error, channel, language)
            # A topic is one for all variants, and is told once.
            if problem not in problems:
                problems.append(problem)
    if problems:
        raise MessageNotValid(problems)
    return found
