"""Keeps blocks: every version of each; the live ones are what templates take in."""

from dataclasses import dataclass
from datetime import datetime

import msgspec

from kervan.content.blocks.definition import Block
from kervan.content.blocks.expand import with_blocks
from kervan.content.texts.compile import TextSource
from kervan.kernel import i18n, sql
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "store.sql")
NEW, CHANGED, SAME = "new", "changed", "same"


@dataclass(frozen=True, slots=True)
class Plan:
    """What applying a block would do: `change` is `new`, `changed` or `same`.

    `number` is the version that would be live, `before` the one live now (0 for none).
    """

    block: Block
    change: str
    number: int
    before: int

    def say(self, locale: str = "en") -> str:
        """The plan as a sentence."""
        facts = {"key": self.block.key, "name": self.block.name, "number": self.number}
        return i18n.say(f"content.block_{self.change}", locale, **facts)


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a block, as it was applied by `by`."""

    number: int
    block: Block
    at: datetime
    by: str


def live(conn: Connection) -> dict[str, Block]:
    """Every block as it is now, by key."""
    found = [msgspec.convert(row[0], Block) for row in conn.execute(_SQL.live).fetchall()]
    return {one.key: one for one in found}


def versions(conn: Connection, key: str) -> list[Version]:
    """Every version of a block, the first one first. Raises content.block_none (404)."""
    rows = conn.execute(_SQL.versions, {"key": key}).fetchall()
    if not rows:
        raise KervanError("content.block_none", status=404, key=key[:80])
    return [Version(number, msgspec.convert(one, Block), at, by) for number, one, at, by in rows]


def plan(conn: Connection, block: Block) -> Plan:
    """What `apply` would do. Raises what `expand.with_blocks` raises, so content.block_circle."""
    blocks = {**live(conn), block.key: block}
    use = f'{{% use "{block.key}" %}}'
    probe = {language: {"text": use} for language in block.pieces}
    with_blocks(TextSource("sms", probe), blocks)
    row = conn.execute(_SQL.look, {"key": block.key}).fetchone()
    number, source, last = row or (None, None, None)
    if source is not None and msgspec.convert(source, Block) == block:
        return Plan(block, SAME, number, number)
    return Plan(block, CHANGED if number else NEW, (last or 0) + 1, number or 0)


def apply(conn: Connection, block: Block, at: datetime, by: str) -> Plan:
    """Make `block` live in the caller's transaction; twice does nothing the second time.

    Messages take it in when they are applied again. Raises what `plan` raises.
    """
    row = conn.execute(_SQL.hold, {"key": block.key}).fetchone()
    assert row is not None
    planned = plan(conn, block)
    if planned.change != SAME:
        source = msgspec.json.encode(block).decode()
        added = {"block": row[0], "number": planned.number, "source": source, "at": at, "by": by}
        conn.execute(_SQL.add, added)
        conn.execute(_SQL.publish, {"block": row[0], "number": planned.number})
    return planned
