"""Makes the history of erased people nobody's: numbers and known words stay, all text goes.

An event keeps its name, time, channel, amount and the dense number of its person, which no longer
leads anywhere. Of its properties only amounts, and the goods by their product ids, are kept, so
that revenue and stock figures stay right; its order gets a number that cannot be traced back.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from clickhouse_connect.driver.client import Client

from kervan.history.write import TABLES
from kervan.kernel import sql

_SQL = sql.load(__package__, "erase.sql")


def _with_visits(statement: str) -> str:
    return statement.replace("{visits}", _SQL.visits)


def erase(client: Client, people: list[int], own_source: int) -> int:
    """Rewrite all events of `people` and of their visits; returns when it is done.

    `own_source` is the number under which Kervan writes its own events: of those the names of
    journeys, steps and states are kept. Doing it again changes nothing. Gives how many events
    there are.
    """
    if not people:
        return 0
    parameters = {"people": people, "own": own_source}
    count = int(client.query(_with_visits(_SQL.count), parameters=parameters).result_rows[0][0])
    client.command(_with_visits(_SQL.name_orders), parameters=parameters)
    for table in TABLES:
        kind = "JSON(max_dynamic_paths = 256)" if table == "events" else "String"
        text = "toJSONString(properties)" if table == "events" else "properties"
        statement = _with_visits(_SQL.rewrite).replace("{table}", table).replace("{type}", kind)
        statement = statement.replace("{text}", text).replace("{database}", str(client.database))
        client.command(statement, parameters=parameters)
    client.command(_SQL.forget_orders)
    return count


def remove(client: Client, source: int, people: list[int]) -> None:
    """Delete all that a source told, and all events of `people`; returns when it is done.

    Doing it again changes nothing.
    """
    for table in TABLES:
        statement = _SQL.remove.replace("{table}", table)
        client.command(statement, parameters={"source": source, "people": people})


def disclose(client: Client, people: list[int]) -> Iterator[dict[str, Any]]:
    """All events of `people` and of their visits, oldest first, as she may have them."""
    statement = _with_visits(_SQL.disclose)
    with client.query_row_block_stream(statement, parameters={"people": people}) as blocks:
        names = blocks.source.column_names
        for block in blocks:
            for row in block:
                one = dict(zip(names, row, strict=True))
                for column in ("properties", "context"):
                    one[column] = json.loads(one[column] or "{}")
                yield one


def settle(client: Client, tables: Sequence[str] = TABLES) -> None:
    """Have the parts go in which the rewritten rows still stand; `old_parts` says when."""
    for table in tables:
        client.command(_SQL.keep_no_old_parts.replace("{table}", table))


def unsettle(client: Client, tables: Sequence[str] = TABLES) -> None:
    """Let replaced parts stay for a while again."""
    for table in tables:
        client.command(_SQL.keep_old_parts_as_ever.replace("{table}", table))


def old_parts(client: Client, tables: Sequence[str] = TABLES) -> int:
    """How many parts of these tables are on disk though nothing reads them any more."""
    return int(client.query(_SQL.old_parts, parameters={"tables": list(tables)}).result_rows[0][0])


def old_months(client: Client, before: datetime) -> int:
    """How many whole months of events ended before `before`."""
    return len(_months(client, before))


def _months(client: Client, before: datetime) -> list[str]:
    asked = {"month": before.year * 100 + before.month}
    return [one for (one,) in client.query(_SQL.old_months, parameters=asked).result_rows]


def drop_months(client: Client, before: datetime) -> int:
    """Drop the whole months that ended before `before` from both event tables; gives how many.

    People's histories have no months to drop: theirs is rewritten without what is too old, first,
    so that a month which is still there says that there is work left.
    """
    asked = {"month": before.year * 100 + before.month}
    months = _months(client, before)
    if months:
        client.command(_SQL.delete_older, parameters=asked)
    for one in months:
        client.command(_SQL.drop_month, parameters={"month": one})
    return len(months)
