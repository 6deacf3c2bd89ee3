"""Calls over any switch that takes a signed webhook, and tells of its calls by another one.

Both ways are Standard Webhooks (standardwebhooks.com): webhook-id is the call, so the same request
counts once, and what is told is signed over its id, its time and its raw body, five minutes long.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from standardwebhooks import Webhook, WebhookVerificationError

from kervan.delivery.channels import call_http, webhook
from kervan.delivery.channels.call.call_list import YEAR_SECONDS
from kervan.delivery.channels.call.manner import MOST_SECONDS, Manner, stamp
from kervan.delivery.channels.channel import (
    CallNews,
    Capabilities,
    Dial,
    Fate,
    Hook,
    Outcome,
    Outgoing,
    Problem,
    Provider,
    Request,
    Secret,
    no_line,
)
from kervan.kernel.errors import KervanError
from kervan.kernel.http import Client

_KINDS = {"call.ringing": "ringing", "call.answered": "answered", "call.ended": "ended"}


class Settings(Manner, frozen=True, kw_only=True):
    """Where calls are asked for, and the secret (whsec_…) both sides sign with."""

    url: str
    secret: Secret


async def dial(settings: Settings, client: Client, call: Dial) -> Outcome:
    """Ask for one call (`call.requested` with call, extension and to); our id is its name."""
    data = {"call": str(call.call), "extension": call.extension, "to": call.to}
    body = msgspec.json.encode(data).decode()
    try:
        line = webhook.Receiver(webhook.Settings(url=settings.url, secret=settings.secret), client)
    except KervanError as error:
        return Outcome(Fate.DEFERRED, Problem.ACCOUNT, error.code)
    fields = {"body": body, "event": "call.requested"}
    said = await line.send(Outgoing(call.call, call.call, call.to, fields, False, "", _NEVER))
    if said.fate is Fate.ACCEPTED:
        return Outcome(Fate.ACCEPTED, reference=str(call.call))
    return said


def read(settings: Settings, request: Request) -> Hook:
    """What a switch tells: {"type": "call.ended", "timestamp": …, "data": {"call", "seconds"}}.

    Raises delivery.hook_forged and delivery.hook_unreadable.
    """
    try:
        Webhook(settings.secret).verify(request.body, dict(request.headers))
    except (WebhookVerificationError, ValueError):
        raise KervanError("delivery.hook_forged", 401) from None
    told = call_http.as_object(request.body)
    data = told.get("data") if told else None
    if told is None or not isinstance(data, dict) or not isinstance(data.get("call"), str):
        raise call_http.unreadable()
    if "\0" in data["call"]:  # no text that PostgreSQL keeps
        raise call_http.unreadable()
    kind = _KINDS.get(str(told.get("type")))
    at = stamp(str(told.get("timestamp"))) or request.at
    if kind == "ringing":
        return Hook([CallNews("ringing", data["call"], at)])
    if kind == "answered":
        return Hook([CallNews("answered", data["call"], at)])
    if kind == "ended":
        return Hook([CallNews("ended", data["call"], at, _seconds(data))])
    return Hook([])


_NEVER = datetime.fromisoformat("9999-01-01T00:00:00+00:00")


def _seconds(data: Mapping[str, Any]) -> int:
    told = data.get("seconds")
    good = isinstance(told, int) and not isinstance(told, bool) and 0 <= told < MOST_SECONDS
    return int(told) if good and told is not None else 0


PROVIDER = Provider(
    name="call_webhook",
    channel="call",
    settings=Settings,
    capabilities=Capabilities(
        receipts=True, idempotent=True, receipt_window_seconds=YEAR_SECONDS, per_second=1_000.0
    ),
    open=no_line,
    keeps="tasks",
    read=read,
    dial=dial,
)
