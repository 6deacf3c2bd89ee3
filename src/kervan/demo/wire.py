"""Talks to a running Kervan as any shop would: write keys, JSON batches, nothing else."""

import asyncio
import base64
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import aiohttp
import msgspec

from kervan.kernel import clock, ids
from kervan.kernel.errors import KervanError

Event = dict[str, Any]
_TRIES = 6
_TIMEOUT = aiohttp.ClientTimeout(total=60)


def stamp(at: datetime) -> str:
    """An instant as SDKs write it: milliseconds and Z."""
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def event(kind: str, who: Mapping[str, str], **fields: Any) -> Event:
    """One event that happens now, with a message id of its own."""
    return {
        "type": kind,
        "messageId": str(ids.uuid7()),
        "timestamp": stamp(clock.now()),
        **who,
        **fields,
    }


class Door:
    """One source: an address and a write key; retries what is temporary (RFC 9110 §10.2.3)."""

    def __init__(self, http: aiohttp.ClientSession, address: str, write_key: str) -> None:
        self._http = http
        self._address = address
        token = base64.b64encode(f"{write_key}:".encode()).decode()
        self._headers = {"Authorization": f"Basic {token}", "Content-Type": "application/json"}

    async def send(self, events: Sequence[Event]) -> None:
        """Send a batch; returns when it is durable. Raises demo.not_taken."""
        body = {"batch": list(events), "sentAt": stamp(clock.now())}
        await self.post("/v1/batch", msgspec.json.encode(body))

    async def post(self, path: str, body: bytes) -> None:
        """Post a ready body; waits and tries again on overload and on a restarting server."""
        said = ""
        for attempt in range(_TRIES):
            try:
                async with self._http.post(
                    self._address + path, data=body, headers=self._headers, timeout=_TIMEOUT
                ) as answer:
                    if answer.status == 200:
                        return
                    said = f"{answer.status} {(await answer.text())[:200]}"
                    # A key made a moment ago is unknown for as long as a second.
                    if answer.status not in (401, 408, 429, 500, 502, 503):
                        break
                    wait = float(answer.headers.get("Retry-After", 0.2 * 2**attempt))
            except (aiohttp.ClientConnectionError, TimeoutError) as error:
                said, wait = str(error) or type(error).__name__, 0.2 * 2**attempt
            await asyncio.sleep(wait)
        raise KervanError("demo.not_taken", status=502, path=path, said=said)
