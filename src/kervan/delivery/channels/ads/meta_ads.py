"""Meta: Custom Audiences and the Conversions API, by the Graph API.

Sources: "Custom Audience: Users", "Customer File Custom Audiences" (10,000 rows a call; audiences
flagged by `operation_status` 471 refuse changes with 100/1713230), "Conversions API: Parameters"
and "Using the API" (1,000 events a call; one older than 7 days fails the whole call; event_name and
event_id count once within 48 hours), "Error Codes" and "Rate Limits" of Meta's documentation.
"""

import hashlib
import hmac
import math
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote, urlencode

import msgspec

from kervan.delivery.channels.ads import hashing
from kervan.delivery.channels.ads.platform import (
    CHANNEL,
    Fact,
    Order,
    Prints,
    Reply,
    Silent,
    Someone,
)
from kervan.delivery.channels.call_http import as_object, call, decoded, wait_seconds
from kervan.delivery.channels.channel import Capabilities, Outcome, Problem, Provider, Secret
from kervan.kernel.errors import KervanError
from kervan.kernel.http import Answer, Client

SCHEMA = ("EMAIL", "PHONE", "FN", "LN")
FLAGGED = "flagged_471"
_KEYS = ("em", "ph", "fn", "ln")
_MOST_ROWS = 10_000
_SEVEN_DAYS = 7 * 86_400.0
_MARGIN_SECONDS = 3_600.0
_USAGE = "x-business-use-case-usage"
_TOKEN = frozenset({102, 104, 190})
_SLOW = frozenset({4, 17, 32, 341, 613, *range(80_000, 80_015)})
_LATER = frozenset({1, 2})
_PERMISSION = frozenset({3, 10, 294, *range(200, 300)})
_GONE = frozenset({803, 100_033})
_BLOCKED_SUBCODES = {1_713_230: FLAGGED, 1_713_231: FLAGGED}


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What an operator sets.

    `access_token` is a system user's, with the permission ads_management. With `app_secret` each
    call is proved ("Secure Graph API Calls"). `action_source` is where orders were made ("website",
    "physical_store", "system_generated", "other").
    """

    access_token: Secret
    app_secret: Secret = ""
    action_source: str = "other"
    version: str = "v25.0"
    url: str = "https://graph.facebook.com"


class MetaAds(Silent):
    """A `Platform` at Meta."""

    most_people = _MOST_ROWS // 2
    most_orders = 1_000
    oldest_order_seconds = _SEVEN_DAYS - _MARGIN_SECONDS

    def __init__(self, settings: Settings, http: Client) -> None:
        """Raises delivery.ads_settings_wrong."""
        if not settings.access_token.strip() or not settings.version.startswith("v"):
            raise KervanError("delivery.ads_settings_wrong", 422, provider="meta_ads")
        self._settings = settings
        self._http = http
        self._base = f"{settings.url.rstrip('/')}/{quote(settings.version, safe='')}"

    def prints(self, someone: Someone) -> Prints:
        """E-mail, phone and names by SCHEMA; a second row where Turkish lowers a name otherwise."""
        mail = hashing.sha256(hashing.email(someone.email))
        phone = hashing.sha256(hashing.meta_phone(someone.phone))
        if not mail and not phone:
            return []
        first, last = hashing.names(someone.first_name), hashing.names(someone.last_name)
        rows = []
        for place in range(max(len(first), len(last), 1)):
            given = first[min(place, len(first) - 1)] if first else ""
            family = last[min(place, len(last) - 1)] if last else ""
            rows.append([mail, phone, hashing.sha256(given), hashing.sha256(family)])
        return rows

    async def add(self, target: str, people: Sequence[Prints], batch: int) -> Reply:
        """Take people onto a Custom Audience."""
        return await self._users("POST", target, people, batch)

    async def remove(self, target: str, people: Sequence[Prints], batch: int) -> Reply:
        """Take people off a Custom Audience."""
        return await self._users("DELETE", target, people, batch)

    async def ask(self, reference: str) -> Reply:
        """Nothing is asked: an answer is the last word."""
        return Reply(Fact.TAKEN)

    async def look(self, target: str) -> Reply:
        """Whether the audience is there and not flagged."""
        query = "?" + urlencode({"fields": "operation_status"})
        answer = await self._call("GET", f"{quote(target, safe='')}{query}", None)
        if isinstance(answer, Reply):
            return answer
        status = (as_object(answer.body) or {}).get("operation_status")
        code = status.get("code") if isinstance(status, dict) else None
        return Reply(Fact.BLOCKED, FLAGGED) if code == 471 else Reply(Fact.TAKEN)

    async def tell(self, target: str, orders: Sequence[Order]) -> Reply:
        """Tell a data set of purchases."""
        events = [self._event(one) for one in orders]
        body = {"data": events}
        answer = await self._call("POST", f"{quote(target, safe='')}/events", body)
        if isinstance(answer, Reply):
            return answer
        told = as_object(answer.body) or {}
        if told.get("events_received") != len(events):
            return Reply(Fact.AGAIN, "answer_unreadable")
        return Reply(Fact.TAKEN)

    def _event(self, one: Order) -> dict[str, Any]:
        of: dict[str, list[str]] = {}
        for row in one.prints:
            for key, value in zip(_KEYS, row, strict=True):
                if value and value not in of.setdefault(key, []):
                    of[key].append(value)
        return {
            "event_name": "Purchase",
            "event_time": int(one.at.timestamp()),
            "event_id": one.id,
            "action_source": self._settings.action_source,
            "user_data": {key: values for key, values in of.items() if values},
            "custom_data": {
                "currency": one.currency,
                "value": msgspec.Raw(one.amount.encode()),
                "order_id": one.id,
            },
        }

    async def _users(self, method: str, target: str, people: Sequence[Prints], batch: int) -> Reply:
        rows = [row for one in people for row in one]
        whose = [place for place, one in enumerate(people) for _ in one]
        body = {
            "payload": {"schema": SCHEMA, "data": rows},
            "session": {
                "session_id": batch,
                "batch_seq": 1,
                "last_batch_flag": True,
                "estimated_num_total": len(rows),
            },
        }
        answer = await self._call(method, f"{quote(target, safe='')}/users", body)
        if isinstance(answer, Reply):
            return answer
        told = as_object(answer.body)
        if told is None or not isinstance(told.get("num_received"), int):
            return Reply(Fact.AGAIN, "answer_unreadable")
        invalid = told.get("num_invalid_entries")
        count = invalid if isinstance(invalid, int) else 0
        if not count:
            return Reply(Fact.TAKEN)
        named = _named(told.get("invalid_entry_samples"), rows)
        bad = {place for row, place in enumerate(whose) if row in named}
        # One of her two rows may be good: she is refused only when all are.
        bad -= {place for row, place in enumerate(whose) if row not in named}
        return Reply(Fact.TAKEN, "invalid_entries", refused=tuple(sorted(bad)), invalid=count)

    async def _call(self, method: str, path: str, body: object) -> Answer | Reply:
        token = self._settings.access_token.strip()
        if self._settings.app_secret:
            key = self._settings.app_secret.encode()
            proof = hmac.new(key, token.encode(), hashlib.sha256).hexdigest()
            path += ("&" if "?" in path else "?") + f"appsecret_proof={proof}"
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        raw = msgspec.json.encode(body) if body is not None else None
        answer = await call(self._http, method, f"{self._base}/{path}", headers, raw)
        if isinstance(answer, Outcome):
            fact = Fact.BLOCKED if answer.problem is Problem.ACCOUNT else Fact.AGAIN
            return Reply(fact, answer.code)
        return answer if answer.status == 200 else _judged(answer)


def _judged(answer: Answer) -> Reply:
    error = (as_object(answer.body) or {}).get("error")
    if not isinstance(error, dict):
        if answer.status in (401, 403):
            return Reply(Fact.BLOCKED, f"http_{answer.status}")
        return Reply(Fact.AGAIN, f"http_{answer.status}", wait_seconds=wait_seconds(answer))
    code, subcode = _number(error.get("code")), _number(error.get("error_subcode"))
    said = f"graph_{code}" + (f"_{subcode}" if subcode else "")
    if subcode in _BLOCKED_SUBCODES:
        return Reply(Fact.BLOCKED, _BLOCKED_SUBCODES[subcode])
    if code in _TOKEN:
        return Reply(Fact.BLOCKED, "token_refused")
    if code in _SLOW or answer.status == 429:
        wait = max(_regain_seconds(answer), wait_seconds(answer))
        return Reply(Fact.AGAIN, "throttled", wait_seconds=wait)
    if code in _LATER or error.get("is_transient") is True or answer.status >= 500:
        return Reply(Fact.AGAIN, said, wait_seconds=wait_seconds(answer))
    if code in _PERMISSION or code in _GONE or code * 1_000 + subcode in _GONE:
        return Reply(Fact.BLOCKED, said)
    return Reply(Fact.REFUSED, said)


def _regain_seconds(answer: Answer) -> float:
    """The longest wait that the header of "Rate Limits" names, in minutes there."""
    longest = 0.0
    usage = decoded(answer.headers.get(_USAGE, "").encode())
    for uses in usage.values() if isinstance(usage, dict) else ():
        for one in uses if isinstance(uses, list) else ():
            minutes = one.get("estimated_time_to_regain_access") if isinstance(one, dict) else 0
            if isinstance(minutes, int | float) and math.isfinite(minutes):
                longest = max(longest, 60.0 * minutes)
    return min(longest, 86_400.0)


def _named(samples: object, rows: list[list[str]]) -> set[int]:
    """The rows that the answer's samples name, by their place or by a hash that stands in them."""
    found: set[int] = set()
    if not isinstance(samples, dict):
        return found
    texts = [str(part) for pair in samples.items() for part in pair]
    for key in samples:
        if str(key).isdigit() and int(key) < len(rows):
            found.add(int(key))
    for place, row in enumerate(rows):
        if any(value and any(value in text for text in texts) for value in row[:2]):
            found.add(place)
    return found


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0


PROVIDER = Provider(
    name="meta_ads",
    channel=CHANNEL,
    settings=Settings,
    capabilities=Capabilities(idempotent=True, per_second=1.0, in_flight=1),
    open=MetaAds,
)
