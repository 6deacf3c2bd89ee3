"""One HTTP call of a provider, and what an answer means that is not the provider's own word.

Every provider over HTTP fails in the same few ways: no connection, no whole answer, too fast,
signed out, a page of some proxy. They are told apart here once; what 200 or 400 means, and whether
a 500 may have taken the message, each provider says itself.
"""

import email.utils
import ipaddress
import json
import math
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from kervan.delivery.channels.channel import Fate, Outcome, Problem, Request
from kervan.kernel import clock
from kervan.kernel.errors import KervanError
from kervan.kernel.http import Answer, Client, Unanswered, Unreachable

LONGEST_SECONDS = 86_400.0
"""No answer makes us wait longer: by then a marketing text has expired anyway."""

Now = Callable[[], datetime]


async def call(
    client: Client, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None
) -> Answer | Outcome:
    """A whole answer, or what became of a message for which none came.

    A URL that the guard refuses is an account that cannot work, so the provider rests.
    """
    try:
        return await client.call(method, url, headers=headers, body=body)
    except Unreachable:
        return Outcome(Fate.DEFERRED, Problem.LINE, "unreachable")
    except Unanswered:
        return Outcome(Fate.DOUBT, Problem.SERVER, "unanswered")
    except KervanError as error:
        return Outcome(Fate.DEFERRED, Problem.ACCOUNT, error.code)


def turned_away(answer: Answer, now: Now = clock.now) -> Outcome | None:
    """What the front of any API says: 429, signed out, moved. None for every other answer.

    RFC 9110 §15.5.2, §15.5.4 and RFC 6585 §4: such a request was not carried out. Redirects are
    not followed (they may lead into our own network), so a moved address is a wrong setting.
    """
    code = f"http_{answer.status}"
    if answer.status == 429:
        return Outcome(Fate.DEFERRED, Problem.THROTTLED, code, "", wait_seconds(answer, now))
    if answer.status in (401, 403, 407) or 300 <= answer.status < 400:
        return Outcome(Fate.DEFERRED, Problem.ACCOUNT, code)
    return None


def wait_seconds(answer: Answer, now: Now = clock.now) -> float:
    """How long Retry-After asks to wait (RFC 9110 §10.2.3: seconds or a date); 0 for no word.

    What is no number, negative or past is no word; what is absurdly far is a day.
    """
    told = answer.headers.get("retry-after", "").strip()
    try:
        seconds = float(told) if told[:1].isdigit() else _until(told, now)
    except (ValueError, OverflowError, TypeError):
        return 0.0
    if math.isnan(seconds):
        return 0.0
    return min(max(seconds, 0.0), LONGEST_SECONDS)


def _until(told: str, now: Now) -> float:
    at = email.utils.parsedate_to_datetime(told)
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at
    return (at - now()).total_seconds()


def as_object(raw: bytes) -> dict[str, Any] | None:
    """A JSON object, or None for anything else: an empty answer, a page of HTML, a list."""
    told = decoded(raw)
    return told if isinstance(told, dict) else None


def decoded(raw: bytes) -> Any:
    """Decoded JSON, None for what is none."""
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        return None


def check_source(request: Request, allowed: Sequence[str]) -> None:
    """Refuse a webhook call from an address that is in none of `allowed` (none named: any may).

    Raises delivery.hook_forged. The caller's address is the one the edge saw, not a header.
    """
    if not allowed:
        return
    try:
        source = ipaddress.ip_address(request.source)
    except ValueError:
        raise KervanError("delivery.hook_forged", 401) from None
    if isinstance(source, ipaddress.IPv6Address) and source.ipv4_mapped is not None:
        source = source.ipv4_mapped
    if not any(source in network for network in networks(allowed)):
        raise KervanError("delivery.hook_forged", 401)


def networks(allowed: Sequence[str]) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    """Addresses and networks as an operator writes them. Raises delivery.hook_source_invalid."""
    try:
        return [ipaddress.ip_network(one.strip(), strict=False) for one in allowed]
    except ValueError:
        raise KervanError("delivery.hook_source_invalid") from None


def unreadable() -> KervanError:
    """The error for a webhook call whose body is not what the provider documents."""
    return KervanError("delivery.hook_unreadable", 400)


def ours(told: Any) -> uuid.UUID | None:
    """Our message's id as a provider gives it back, None for anything else."""
    try:
        return uuid.UUID(str(told))
    except ValueError:
        return None
