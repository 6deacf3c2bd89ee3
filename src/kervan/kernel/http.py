"""Calls other systems over HTTP, and only where a call is allowed to go.

The guard stands where the socket is made, so that it sees the very address that is connected to:
whatever the spelling of a host and whatever its name resolves to a moment later. Redirects are
not followed, proxies and passwords of the environment are not used, cookies are not kept.
"""

import asyncio
import ipaddress
import json
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import AbstractCookieJar

from kervan.kernel.errors import KervanError

_NOT_ALLOWED = "this address is not allowed"
_PORTS = frozenset({80, 443})
_MOST_BYTES = 20_000_000
_ENDS_IN_IPV4 = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))


class Reach(Enum):
    """Where a call may go."""

    PUBLIC = "public"
    """Public addresses at ports 80 and 443: for every URL that a person gave."""
    ANYWHERE = "anywhere"
    """Also into the operator's own network, at any port: only where the operator says so."""


class Unreachable(Exception):
    """No connection, or the other side took nothing: the call certainly had no effect."""


class Unanswered(Exception):
    """The call went out and no whole answer came back: whether it had an effect is unknown."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer: status, headers with names in lower case, body."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """The body decoded. Raises Unanswered when it is no JSON: a proxy spoke, not the host."""
        try:
            return json.loads(self.body)
        except (ValueError, UnicodeDecodeError):
            raise Unanswered("not_json") from None


def is_public(address: str) -> bool:
    """Whether an IP address is one of the open Internet; what hides another address is not.

    `ipaddress.is_global` alone passes multicast, NAT64 (RFC 6052) and, in Python 3.11, 6to4.
    """
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return is_public(str(found.ipv4_mapped))
        if found.sixtofour is not None or found.teredo is not None or found.is_site_local:
            return False
        if any(found in network for network in _ENDS_IN_IPV4):
            return False
        if int(found) >> 32 == 0:  # IPv4-compatible, long abandoned
            return False
    return found.is_global and not found.is_multicast and not found.is_reserved


def check_url(url: str, reach: Reach = Reach.PUBLIC) -> None:
    """Refuse a URL that is none, and at PUBLIC one of another port or with a password in it.

    Raises kernel.url_not_allowed. Where its host leads is seen only when it is connected to.
    """
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        raise KervanError("kernel.url_not_allowed") from None
    odd = parts.scheme not in ("http", "https") or not parts.hostname
    if odd or (reach is Reach.PUBLIC and (port not in _PORTS or parts.username is not None)):
        raise KervanError("kernel.url_not_allowed")


class _Forbidden(OSError):
    """The guard's word to the connector."""


def _socket_for(reach: Reach) -> Callable[[Any], socket.socket]:
    def make(info: Any) -> socket.socket:
        family, kind, protocol, _, target = info
        if reach is Reach.PUBLIC and not (is_public(target[0]) and target[1] in _PORTS):
            raise _Forbidden(_NOT_ALLOWED)
        return socket.socket(family, kind, protocol)

    return make


class Client:
    """An async client for calls of one reach; to be closed by its owner."""

    def __init__(
        self, reach: Reach = Reach.PUBLIC, *, timeout_seconds: float = 30.0, connections: int = 20
    ) -> None:
        self.reach = reach
        jar: AbstractCookieJar = aiohttp.DummyCookieJar()
        connector = aiohttp.TCPConnector(
            limit=connections, socket_factory=_socket_for(reach), use_dns_cache=False
        )
        timeout = aiohttp.ClientTimeout(total=timeout_seconds, sock_connect=10)
        self._session = aiohttp.ClientSession(
            connector=connector, cookie_jar=jar, timeout=timeout, trust_env=False
        )

    async def call(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> Answer:
        """One call and its whole answer, whatever its status.

        Raises kernel.url_not_allowed (the guard), Unreachable, Unanswered.
        """
        check_url(url, self.reach)
        try:
            async with self._session.request(
                method, url, headers=headers, data=body, allow_redirects=False
            ) as answer:
                return Answer(
                    answer.status,
                    {name.lower(): value for name, value in answer.headers.items()},
                    await _read(answer),
                )
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            # aiohttp's own text drops the word of an error without a number.
            if _NOT_ALLOWED in f"{error} {getattr(error, 'os_error', '')}":
                raise KervanError("kernel.url_not_allowed") from None
            raise Unreachable(type(error).__name__) from None
        except aiohttp.InvalidURL:
            raise KervanError("kernel.url_not_allowed") from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Unanswered(type(error).__name__) from None

    async def close(self) -> None:
        """Close its connections."""
        await self._session.close()


async def _read(answer: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for part in answer.content.iter_chunked(1 << 16):
        body += part
        if len(body) > _MOST_BYTES:
            raise Unanswered("too_long")
    return bytes(body)


class Caller:
    """The same for a synchronous owner: one thread, one call at a time; a context manager."""

    def __init__(self, reach: Reach = Reach.PUBLIC, *, timeout_seconds: float = 30.0) -> None:
        self._runner = asyncio.Runner()
        self._client = self._runner.run(_open(reach, timeout_seconds))

    def call(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> Answer:
        """One call and its whole answer. Raises what `Client.call` raises."""
        return self._runner.run(self._client.call(method, url, headers=headers, body=body))

    def close(self) -> None:
        """Close its connections and its loop."""
        self._runner.run(self._client.close())
        self._runner.close()

    def __enter__(self) -> "Caller":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


async def _open(reach: Reach, timeout_seconds: float) -> Client:
    return Client(reach, timeout_seconds=timeout_seconds)
