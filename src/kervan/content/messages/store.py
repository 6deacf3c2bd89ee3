"""Keeps messages: every version of each, and the templates of its channels and languages."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from kervan.content.messages.definition import EMAIL, Definition
from kervan.content.messages.problem import Problem
from kervan.kernel import sql
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "store.sql")

Templates = dict[str, dict[str, int]]
"""{channel: {language: template version}}; texts keep all their languages in one, under ""."""


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a message, as it was applied by `by`."""

    key: str
    number: int
    definition: Definition
    templates: Templates
    warnings: list[Problem]
    at: datetime
    by: str

    def template(self, channel: str, locale: str) -> int:
        """The template version for a reader of `locale` on `channel`; 0 where there is none.

        Of an e-mail that in her language, else in the message's, else the first one written.
        """
        found = self.templates.get(channel, {})
        if channel != EMAIL:
            return found.get("", 0)
        written = [one for one in self.definition.variants.get(channel, {}) if one in found]
        wanted = [locale[:2].lower(), self.definition.language, *written]
        return next((found[one] for one in wanted if one in found), 0)


def get(conn: Connection, key: str, number: int | None = None) -> Version:
    """A version of a message, the live one without `number`. Raises content.message_unknown."""
    row = conn.execute(_SQL.one, {"key": key, "number": number}).fetchone()
    if row is None:
        raise KervanError("content.message_unknown", status=404, key=key[:80])
    return _version(row)


def every(conn: Connection) -> list[Version]:
    """The live version of every message, by key."""
    return [_version(row) for row in conn.execute(_SQL.every).fetchall()]


def versions(conn: Connection, key: str) -> list[Version]:
    """Every version of a message, the first one first. Raises content.message_unknown."""
    found = [_version(row) for row in conn.execute(_SQL.versions, {"key": key}).fetchall()]
    if not found:
        raise KervanError("content.message_unknown", status=404, key=key[:80])
    return found


def _version(row: tuple[Any, ...]) -> Version:
    key, number, source, templates, warnings, at, by = row
    definition = msgspec.convert(source, Definition)
    return Version(
        key, number, definition, templates, msgspec.convert(warnings, list[Problem]), at, by
    )
