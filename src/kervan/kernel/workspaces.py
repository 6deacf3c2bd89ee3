"""The workspaces of an installation: the first, which the environment names, and those beside it.

Those beside are opened by somebody (docs/decisions/a-workspace-has-a-host.md), each under a host
name of its own. They share the engines and the web processes, and nothing of their data.
"""

import dataclasses
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from kervan.kernel import sql
from kervan.kernel.config import Config
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "workspaces.sql")
MOST = 50
"""Catalogues and autovacuum feel each table of each schema."""
_KEY = re.compile(r"[a-z][a-z0-9]{1,29}")
_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"{_LABEL}(\.{_LABEL})*")
_LOCAL = "localhost"


@dataclass(frozen=True, slots=True)
class Workspace:
    """One company of the installation, or a sandbox; the first has neither host nor country."""

    id: int
    key: str
    name: str
    host: str
    country: str
    timezone: str
    locale: str
    created_at: datetime
    closed_at: datetime | None

    @property
    def is_first(self) -> bool:
        """Whether it is one that the environment names."""
        return not self.host


def known(conn: Connection) -> list[Workspace]:
    """All of them, in the order they were opened in."""
    return [Workspace(*row) for row in conn.execute(_SQL.known).fetchall()]


def find(conn: Connection, key: str) -> Workspace:
    """The one with this key. Raises kernel.workspace_unknown (404)."""
    for one in known(conn):
        if one.key == key:
            return one
    raise KervanError("kernel.workspace_unknown", status=404, workspace=key[:40])


@dataclass(frozen=True, slots=True)
class New:
    """What to open; "" is the usual host, and the first one's country, zone and locale."""

    key: str
    name: str = ""
    host: str = ""
    country: str = ""
    timezone: str = ""
    locale: str = ""


def add(conn: Connection, config: Config, new: New, at: datetime) -> None:
    """Write down one that is to be opened; it is closed until its tables are there.

    `config` is the first one's. Raises kernel.workspace_key, kernel.workspace_host,
    kernel.workspace_zone (400), kernel.workspace_exists, kernel.workspace_many (409).
    """
    conn.execute(_SQL.lock)
    if not _KEY.fullmatch(new.key):
        raise KervanError("kernel.workspace_key", status=400)
    host = new.host.strip().lower().rstrip(".") or usual_host(config, new.key)
    if len(host) > 253 or not _HOST.fullmatch(host) or _is_address(host):
        raise KervanError("kernel.workspace_host", status=400, host=host[:100])
    if new.timezone and new.timezone not in available_timezones():
        raise KervanError("kernel.workspace_zone", status=400, zone=new.timezone[:100])
    there = known(conn)
    names = {one.key for one in there} | {config.workspace}
    hosts = {one.host for one in there} | {hostname(config.address), _LOCAL}
    if new.key in names or host in hosts:
        raise KervanError("kernel.workspace_exists", status=409, workspace=new.key, host=host)
    if len(there) >= MOST:
        raise KervanError("kernel.workspace_many", status=409, most=MOST)
    values = {
        "key": new.key, "name": new.name.strip() or new.key, "host": host,
        "country": new.country, "timezone": new.timezone, "locale": new.locale, "at": at,
    }  # fmt: skip
    conn.execute(_SQL.add, values)


def rename(conn: Connection, key: str, name: str) -> None:
    """Call it something else."""
    conn.execute(_SQL.rename, {"key": key, "name": name})


def close(conn: Connection, key: str, at: datetime | None) -> bool:
    """Close one beside the first (at None opens it again); False where it is so already."""
    return conn.execute(_SQL.close, {"key": key, "at": at}).rowcount == 1


def beside(some: Iterable[Workspace]) -> list[Workspace]:
    """Those of them that were opened beside the first and are open."""
    return [one for one in some if not one.is_first and one.closed_at is None]


def within(config: Config, one: Workspace) -> Config:
    """The configuration of a process that works for a workspace beside the first.

    What the environment says of mail is the first one's alone: a sandbox that could send by the
    shop's own server would write to the shop's customers.
    """
    return dataclasses.replace(
        config,
        workspace=one.key,
        public_url=address(config, one),
        country=one.country or config.country,
        timezone=one.timezone or config.timezone,
        locale=one.locale or config.locale,
        smtp_url="",
        mail_from="",
        bounce_domain="",
        bounce_listen="",
        dkim_domain="",
        dkim_selector="",
        dkim_key_path="",
        sms_hook_secret="",
    )


def address(config: Config, one: Workspace) -> str:
    """Where a workspace is met, without a trailing slash: as the first, but for the host."""
    if one.is_first:
        return config.address
    place = urlsplit(config.address)
    return f"{place.scheme}://{one.host}" + (f":{place.port}" if place.port else "")


def hostname(text: str) -> str:
    """The host of an address, without its port."""
    return urlsplit(text if "//" in text else f"//{text}").hostname or ""


def usual_host(config: Config, key: str) -> str:
    """KEY before the first one's host; every browser finds what ends in .localhost by itself."""
    base = hostname(config.address)
    return f"{key}.{_LOCAL if not base or _is_address(base) else base}"


def _is_address(host: str) -> bool:
    try:
        return ip_address(host) is not None
    except ValueError:
        return False
