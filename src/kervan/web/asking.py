"""Asks history for a reader who may go away: then the query ends, and so it does in its time."""

import asyncio
import re
from collections.abc import Callable
from typing import TypeVar, cast

from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import DatabaseError, OperationalError
from clickhouse_connect.driver.httpclient import HttpClient
from fastapi import Request
from fastapi.concurrency import run_in_threadpool

from kervan.kernel import ids, log, sql
from kervan.kernel.errors import KervanError
from kervan.web.state import House, house

_SQL = sql.load(__package__, "asking.sql")
_LOOK_SECONDS = 0.1
LIMIT_SECONDS = 20
_SLOW = re.compile(r"\bCode: 1(59|60)\b|TIMEOUT_EXCEEDED|TOO_SLOW")
_LARGE = re.compile(r"\bCode: 241\b|MEMORY_LIMIT_EXCEEDED")
_Result = TypeVar("_Result")
_log = log.get("web")


async def while_there(
    request: Request, work: Callable[[Client], _Result], limit_seconds: float = LIMIT_SECONDS
) -> _Result:
    """What `work` answers, in a thread, with a client whose queries end when the reader goes away.

    Raises segments.too_slow and segments.too_costly (503) when one takes more than its time or
    memory, and web.gone (499), which nobody sees.
    """
    mine, name = house(request), ids.uuid7().hex
    job = asyncio.ensure_future(run_in_threadpool(_ask, mine, name, work, limit_seconds))
    gone = False
    while not job.done():
        await asyncio.wait({job}, timeout=_LOOK_SECONDS)
        gone = gone or await request.is_disconnected()
        if gone and not job.done():
            # Again and again: the next query of the same work may only just begin.
            await run_in_threadpool(_kill, mine, name)
    if gone and job.exception() is not None:
        raise KervanError("web.gone", status=499)
    return job.result()


def limited(client: Client, work: Callable[[Client], _Result], limit_seconds: float) -> _Result:
    """What `work` answers with a client whose queries have so much time each.

    Raises segments.too_slow and segments.too_costly (503).
    """
    client.set_client_setting("max_execution_time", limit_seconds)
    try:
        return work(client)
    except OperationalError:
        raise
    except DatabaseError as error:
        if _SLOW.search(str(error)):
            seconds = f"{limit_seconds:g}"
            raise KervanError("segments.too_slow", status=503, seconds=seconds) from None
        if _LARGE.search(str(error)):
            raise KervanError("segments.too_costly", status=503) from None
        raise
    finally:
        _forget(client, "max_execution_time")


def _ask(
    mine: House, name: str, work: Callable[[Client], _Result], limit_seconds: float
) -> _Result:
    client = mine.history
    client.set_client_setting("query_id", name)
    try:
        return limited(client, work, limit_seconds)
    finally:
        _forget(client, "query_id")


def _forget(client: Client, setting: str) -> None:
    cast("HttpClient", client).params.pop(setting, None)


def _kill(mine: House, name: str) -> None:
    try:
        mine.history.command(_SQL.kill, parameters={"prefix": name})
    except DatabaseError as error:
        _log.warning("query_not_killed", error=type(error).__name__)
