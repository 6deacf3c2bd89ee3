"""What the tests of providers over HTTP share: a message, a client, one send."""

import asyncio
import json
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from kervan.delivery.channels.channel import Outcome, Outgoing, Provider, Request
from kervan.kernel.http import Client, Reach

FIXTURES = Path(__file__).resolve().parents[3] / "fixtures"
AT = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
MESSAGE = uuid.UUID("01931b6e-7000-7000-8000-000000000001")
PHONE = "+905321112233"


def outgoing(
    fields: Mapping[str, str],
    *,
    to: str = PHONE,
    message: uuid.UUID = MESSAGE,
    marketing: bool = True,
    expires_at: datetime = AT + timedelta(hours=6),
) -> Outgoing:
    """A finished message."""
    return Outgoing(message, message, to, fields, marketing, "tr", expires_at)


def asked(work: Any, *, reach: Reach = Reach.ANYWHERE, timeout_seconds: float = 10.0) -> Any:
    """What `work(client)` comes to, with a client of its own."""

    async def run() -> Any:
        client = Client(reach, timeout_seconds=timeout_seconds)
        try:
            return await work(client)
        finally:
            await client.close()

    return asyncio.run(run())


def patience(kind: str) -> float:
    """How long to wait for an answer that this outage may keep back; a busy machine is slow."""
    return 1.0 if kind.startswith("hang") else 20.0


def sent(
    provider: Provider, settings: Any, *messages: Outgoing, timeout_seconds: float = 10.0
) -> list[Outcome]:
    """What became of each, one after the other on one line."""

    async def work(client: Client) -> list[Outcome]:
        line = provider.open(settings, client)
        told = [await line.send(one) for one in messages]
        await line.close()
        return told

    found: list[Outcome] = asked(work, timeout_seconds=timeout_seconds)
    return found


def request(
    body: bytes | str | object,
    *,
    source: str = "203.0.113.7",
    url: str = "https://kervan.example/hooks/x",
    headers: Mapping[str, str] | None = None,
    method: str = "POST",
) -> Request:
    """A webhook call; what is no text or bytes goes as JSON."""
    raw = body if isinstance(body, bytes | str) else json.dumps(body, ensure_ascii=False)
    raw = raw.encode() if isinstance(raw, str) else raw
    return Request(method, url, dict(headers or {}), raw, source, AT)


def fixture(provider: str, name: str) -> bytes:
    """A sample payload."""
    return (FIXTURES / provider / name).read_bytes()
