"""Computes everybody anew from PostgreSQL and names those whose row in ClickHouse differs."""

from collections.abc import Iterator

from clickhouse_connect.driver.client import Client

from kervan.kernel import ids, sql
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.postgres import Connection
from kervan.segments.mirror import read, write
from kervan.segments.mirror.read import Usual

_SQL = sql.load(__package__, "differ.sql")
_AT_ONCE = 10_000
_LAST = 2**32 - 1
_ROUNDS = 2


def differences(conn: Connection, client: Client, vault: WorkspaceVault, usual: Usual) -> list[int]:
    """People (by number) whose row is not what it should be; those who are marked are left out.

    Who changed meanwhile is looked at once more. Compares all facts, and finds rows of people who
    are nobody's profile. Writes nothing but a table in memory, which it drops.
    """
    expected = f"people_expected_{ids.secret(6).replace('-', '_')}".lower()
    client.command(_SQL.expected.replace("{expected}", expected))
    try:
        found = set(_different(conn, client, vault, usual, expected))
        for _ in range(_ROUNDS - 1):
            found -= _marked(conn)
            if found:
                found &= set(_different(conn, client, vault, usual, expected))
        return sorted(found - _marked(conn))
    finally:
        client.command(_SQL.drop.replace("{expected}", expected))


def _marked(conn: Connection) -> set[int]:
    return {row[0] for row in conn.execute(_SQL.marked)}


def _different(
    conn: Connection, client: Client, vault: WorkspaceVault, usual: Usual, expected: str
) -> Iterator[int]:
    compare = _SQL.compare.replace("{facts}", _SQL.facts).replace("{expected}", expected)
    after = 0
    while after < _LAST:
        asked = {"after": after, "limit": _AT_ONCE}
        people = [row[0] for row in conn.execute(_SQL.heads_after, asked)]
        until = people[-1] if len(people) == _AT_ONCE else _LAST
        rows = read.rows(conn, vault, usual, people)
        # The heads of these people may be others', further on.
        mine = [one for one in rows if after < one.person <= until and not one.gone]
        if mine:
            write.put(client, expected, mine, 0)
        bounds = {"after": after, "until": until}
        yield from (row[0] for row in client.query(compare, parameters=bounds).result_rows)
        client.command(_SQL.forget.replace("{expected}", expected))
        after = until
