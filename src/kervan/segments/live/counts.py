"""How many people every segment has, and by how many it grew: of all segments at once."""

from clickhouse_connect.driver.client import Client

from kervan.kernel import sql
from kervan.kernel.postgres import Connection
from kervan.segments.live.tick import ENTERED, LEFT

_SQL = sql.load(__package__, "counts.sql")
_WORD = 64
_HALF = _WORD // 2
_LOW = (1 << _HALF) - 1


def filled(conn: Connection) -> set[int]:
    """The numbers of the segments for which `members` knows everybody."""
    return {int(number) for (number,) in conn.execute(_SQL.filled).fetchall()}


def members(client: Client) -> dict[int, int]:
    """How many are in each segment, by number, as of a second or two ago; none for nobody.

    A million people in 200 segments are four million words, each read once.
    """
    pairs = ", ".join(_SQL.pair.replace("{bit}", str(bit)) for bit in range(_HALF))
    found: dict[int, int] = {}
    for word, *sums in client.query(_SQL.members.replace("{pairs}", pairs)).result_rows:
        for bit, both in enumerate(sums):
            for place, count in ((bit, both & _LOW), (bit + _HALF, both >> _HALF)):
                if count:
                    found[_WORD * word + place] = count
    return found


def listed(client: Client) -> dict[int, int]:
    """How many are on each imported list, by number."""
    return {int(number): int(count) for number, count in client.query(_SQL.listed).result_rows}


def grown(client: Client, since_ms: int) -> dict[str, int]:
    """By how many people each segment of a rule grew since an instant, by key.

    A segment that was filled anew changed its size without anybody entering or leaving.
    """
    asked = {"entered": ENTERED, "left": LEFT, "since_ms": since_ms}
    rows = client.query(_SQL.grown, parameters=asked).result_rows
    return {str(key): int(count) for key, count in rows if key}
