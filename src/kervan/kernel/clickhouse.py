"""Opens ClickHouse clients the one way we want them."""

from typing import Any

import clickhouse_connect
from clickhouse_connect.driver.client import Client

# Each insert is its own part under its own token, never mixed with a stranger's rows. (That it
# is on disk when acknowledged is a property of the tables: SETTINGS fsync_after_insert = 1.)
_SETTINGS: dict[str, Any] = {
    "async_insert": 0,
    "enable_json_type": 1,
    # A text in JSON stays the text that was written: "2024-1-1" is no date, and not "2024-01-01".
    "input_format_try_infer_dates": 0,
    "input_format_try_infer_datetimes": 0,
}


def connect(url: str, database: str = "", *, timeout_seconds: int = 300) -> Client:
    """A client for `url` (http://user:password@host:port) using `database`.

    No server session is used, so that one client may serve several threads.
    """
    return clickhouse_connect.get_client(
        dsn=url,
        database=database or "__default__",
        autogenerate_session_id=False,
        compress=False,
        send_receive_timeout=timeout_seconds,
        settings=dict(_SETTINGS),
    )
