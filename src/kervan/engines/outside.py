"""Looks at what we do not start ourselves: outside servers and the port to listen on."""

import re
import socket

import psycopg
from clickhouse_connect.driver.exceptions import ClickHouseError

from kervan.kernel import clickhouse
from kervan.kernel.errors import KervanError

POSTGRES_MINIMUM = 16
CLICKHOUSE_MINIMUM = (25, 8)
_CONNECT_SECONDS = 10


def check_port(host: str, port: int) -> None:
    """Raise `engines.port_unusable` when nobody could listen on `host`:`port` now."""
    if port == 0:
        return
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
            probe.listen(1)
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise KervanError(
            "engines.port_unusable", 500, host=host, port=port, reason=reason
        ) from error


def check_postgres(url: str) -> int:
    """The major version at `url`.

    Raises `engines.postgres_unreachable` and `engines.postgres_too_old`.
    """
    try:
        with psycopg.connect(url, connect_timeout=_CONNECT_SECONDS) as conn:
            version = conn.info.server_version // 10000
    except psycopg.Error as error:
        words = " ".join(str(error).split())
        raise KervanError("engines.postgres_unreachable", 500, words=words) from error
    require_postgres(version)
    return version


def require_postgres(version: int) -> None:
    """Raise `engines.postgres_too_old` for a major version below the minimum."""
    if version < POSTGRES_MINIMUM:
        raise KervanError("engines.postgres_too_old", 500, found=version, wanted=POSTGRES_MINIMUM)


def check_clickhouse(url: str) -> str:
    """The version at `url`.

    Raises `engines.clickhouse_unreachable` and `engines.clickhouse_too_old`.
    """
    try:
        client = clickhouse.connect(url, timeout_seconds=_CONNECT_SECONDS)
    except (ClickHouseError, OSError, ValueError) as error:
        words = re.sub(r"//[^@/\s]*@", "//", " ".join(str(error).split()))
        raise KervanError("engines.clickhouse_unreachable", 500, words=words) from error
    version = str(client.server_version)
    client.close()
    require_clickhouse(version)
    return version


def require_clickhouse(version: str) -> None:
    """Raise `engines.clickhouse_too_old` for a version below the minimum."""
    numbers = tuple(int(part) for part in re.findall(r"\d+", version)[:2])
    if numbers < CLICKHOUSE_MINIMUM:
        wanted = ".".join(map(str, CLICKHOUSE_MINIMUM))
        raise KervanError("engines.clickhouse_too_old", 500, found=version, wanted=wanted)
