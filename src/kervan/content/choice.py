"""One e-mail in several languages: which of its templates a reader gets.

A choice stands in `template_version` like a template, so that whoever wants a message sent names
one number; before anything is written, the reader's own takes its place.
"""

import hashlib

import msgspec

from kervan.kernel import sql
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "choice.sql")


class Choice(msgspec.Struct, frozen=True, tag_field="kind", tag="choice"):
    """`by` is {language: template version}; `default` is for readers whose own is not there."""

    by: dict[str, int]
    default: str

    def of(self, locale: str) -> int:
        """The template version for a reader of `locale`."""
        own = locale[:2].lower()
        return self.by.get(own) or self.by.get(self.default) or next(iter(self.by.values()))


def save(conn: Connection, by: dict[str, int], default: str) -> int:
    """The number that stands for these templates; a single one stands for itself."""
    if len(by) == 1:
        return next(iter(by.values()))
    text = msgspec.json.encode(Choice(by, default), order="sorted")
    values = {
        "hash": hashlib.blake2b(b"choice:" + text, digest_size=32).digest(),
        "source": text.decode(),
        "compiled": text,
    }
    row = conn.execute(_SQL.find, values).fetchone()
    row = row or conn.execute(_SQL.add, values).fetchone()
    row = row or conn.execute(_SQL.find, values).fetchone()
    if row is None:
        raise KervanError("content.template_version_unknown", status=404, id=0)
    return int(row[0])


def load(conn: Connection, ids: list[int]) -> dict[int, Choice]:
    """Those of `ids` that are choices."""
    rows = conn.execute(_SQL.choices, {"ids": ids}).fetchall()
    return {int(id_): msgspec.json.decode(raw, type=Choice) for id_, raw in rows}
