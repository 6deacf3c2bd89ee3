"""Google: Customer Match and conversions by the Data Manager API.

Sources: "Limits and quotas" (10,000 members and 2,000 events a call, 10 identifiers each, 300 calls
a minute), "Format user data", "REST: audienceMembers.ingest, audienceMembers.remove, events.ingest,
requestStatus.retrieve" and "Set up API access" of the Data Manager API's documentation. Calls are
taken in and worked off later: what became of one is asked by its request id.
"""

import asyncio
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import msgspec
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

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
from kervan.delivery.channels.call_http import as_object, call, wait_seconds
from kervan.delivery.channels.channel import Capabilities, Outcome, Problem, Provider, Secret
from kervan.kernel import clock
from kervan.kernel.errors import KervanError
from kervan.kernel.http import Answer, Client

_SCOPE = "https://www.googleapis.com/auth/datamanager"
_GRANT_URL = "https://oauth2.googleapis.com/token"
_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_EARLY = timedelta(minutes=5)
_QUOTA_SECONDS = 60.0
"""Quotas are by the minute."""
_ASK_AGAIN_SECONDS = 60.0
_SIXTY_DAYS = 60 * 86_400.0
"""[mem] Orders older than an action's conversion window are not counted; 90 days is the longest."""
_PLACE = re.compile(r"^(?:audience_?[mM]embers|events)\[(\d+)\]")
_DUPLICATE = "PROCESSING_ERROR_REASON_DUPLICATE_TRANSACTION_ID"
_GRANTED = {"adUserData": "CONSENT_GRANTED", "adPersonalization": "CONSENT_GRANTED"}
_DONE, _PARTLY, _FAILED = "SUCCESS", "PARTIAL_SUCCESS", "FAILED"
_EMAIL, _PHONE, _ADDRESS = "e", "p", "a"


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What an operator sets.

    `service_account`: its JSON file, with the role to use the Data Manager API. `account` is the
    Google Ads account that owns audiences and conversion actions, `login_account` the manager
    account it is reached by (without one: itself). `terms_accepted` says that the terms of Customer
    Match were accepted. `event_source` is where orders were made (WEB, IN_STORE, APP, OTHER).
    """

    service_account: Secret
    account: str
    login_account: str = ""
    terms_accepted: bool = False
    event_source: str = "OTHER"
    url: str = "https://datamanager.googleapis.com"


class _Account(msgspec.Struct, frozen=True):
    client_email: str
    private_key: str
    private_key_id: str = ""
    token_uri: str = _GRANT_URL


class GoogleAds(Silent):
    """A `Platform` at Google; `now` is the clock."""

    most_people = 10_000
    most_orders = 2_000
    oldest_order_seconds = _SIXTY_DAYS

    def __init__(
        self, settings: Settings, http: Client, now: Callable[[], datetime] = clock.now
    ) -> None:
        """Raises delivery.ads_settings_wrong and delivery.ads_terms."""
        try:
            self._account = msgspec.json.decode(settings.service_account, type=_Account)
            self._key = RSAKey.import_key(self._account.private_key)
        except (msgspec.DecodeError, ValueError, JoseError):
            raise KervanError("delivery.ads_settings_wrong", 422, provider="google_ads") from None
        if not settings.terms_accepted:
            raise KervanError("delivery.ads_terms", 422)
        self._settings = settings
        self._http = http
        self._now = now
        self._url = settings.url.rstrip("/")
        self._token, self._renew_at = "", now()
        self._renewing = asyncio.Lock()

    def prints(self, someone: Someone) -> Prints:
        """E-mail, phone and, where a postal code is known, each reading of the name with it."""
        rows = []
        if mail := hashing.sha256(hashing.google_email(someone.email)):
            rows.append([_EMAIL, mail])
        if phone := hashing.sha256(hashing.google_phone(someone.phone)):
            rows.append([_PHONE, phone])
        first, last = hashing.names(someone.first_name), hashing.names(someone.last_name)
        code, country = someone.postal_code.strip(), someone.country
        if rows and first and last and code and country:
            for place in range(max(len(first), len(last))):
                given = hashing.sha256(first[min(place, len(first) - 1)])
                family = hashing.sha256(last[min(place, len(last) - 1)])
                rows.append([_ADDRESS, given, family, country, code])
        return rows

    async def add(self, target: str, people: Sequence[Prints], batch: int) -> Reply:
        """Take people onto a Customer Match list, with the consent they gave."""
        terms = {"customerMatchTermsOfServiceStatus": "ACCEPTED"}
        more = {"consent": _GRANTED, "termsOfService": terms}
        return await self._members("ingest", target, people, more)

    async def remove(self, target: str, people: Sequence[Prints], batch: int) -> Reply:
        """Take people off it."""
        return await self._members("remove", target, people, {})

    async def tell(self, target: str, orders: Sequence[Order]) -> Reply:
        """Tell a conversion action of purchases."""
        body = {
            "destinations": [self._destination(target)],
            "encoding": "HEX",
            "consent": _GRANTED,
            "events": [
                {
                    "transactionId": one.id,
                    "eventTimestamp": f"{one.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
                    "conversionValue": msgspec.Raw(one.amount.encode()),
                    "currency": one.currency,
                    "eventSource": self._settings.event_source,
                    "userData": {"userIdentifiers": _identifiers(one.prints)},
                }
                for one in orders
            ],
        }
        return await self._post("events:ingest", body)

    async def ask(self, reference: str) -> Reply:
        """What became of a request. An order that counted before is no failure."""
        query = urlencode({"requestId": reference})
        answer = await self._call("GET", f"requestStatus:retrieve?{query}", None)
        if isinstance(answer, Reply):
            # That nobody can say yet is no word against it.
            fact = answer.fact if answer.fact is Fact.BLOCKED else Fact.PENDING
            wait = max(answer.wait_seconds, _ASK_AGAIN_SECONDS)
            return Reply(fact, answer.code, reference, wait_seconds=wait)
        told = as_object(answer.body) or {}
        each = told.get("requestStatusPerDestination")
        found = each[0] if isinstance(each, list) and each and isinstance(each[0], dict) else {}
        status = found.get("requestStatus")
        reasons = _reasons(found)
        bad = sum(count for reason, count in reasons.items() if reason != _DUPLICATE)
        if status == _DONE or (status in (_PARTLY, _FAILED) and reasons and not bad):
            return Reply(Fact.TAKEN)
        code = max(reasons, key=lambda one: reasons[one]).lower()[:80] if reasons else ""
        if status == _PARTLY:
            return Reply(Fact.TAKEN, code or "partly", invalid=bad)
        if status == _FAILED:
            return Reply(Fact.AGAIN, code or "failed")
        return Reply(Fact.PENDING, "", reference, wait_seconds=_ASK_AGAIN_SECONDS)

    async def look(self, target: str) -> Reply:
        """Whether our account is let in: there is no other question to ask of a list here."""
        token = await self._bearer("")
        return token if isinstance(token, Reply) else Reply(Fact.TAKEN)

    async def _members(
        self, verb: str, target: str, people: Sequence[Prints], more: dict[str, Any]
    ) -> Reply:
        members = [{"userData": {"userIdentifiers": _identifiers(one)}} for one in people]
        body = {
            "destinations": [self._destination(target)],
            "audienceMembers": members,
            "encoding": "HEX",
            **more,
        }
        return await self._post(f"audienceMembers:{verb}", body)

    def _destination(self, target: str) -> dict[str, Any]:
        mine = {"accountType": "GOOGLE_ADS", "accountId": _digits(self._settings.account)}
        found: dict[str, Any] = {"operatingAccount": mine, "productDestinationId": target}
        if login := _digits(self._settings.login_account):
            found["loginAccount"] = {"accountType": "GOOGLE_ADS", "accountId": login}
        return found

    async def _post(self, path: str, body: dict[str, Any]) -> Reply:
        answer = await self._call("POST", path, body)
        if isinstance(answer, Reply):
            return answer
        reference = (as_object(answer.body) or {}).get("requestId")
        if not isinstance(reference, str) or not reference:
            return Reply(Fact.AGAIN, "answer_unreadable")
        return Reply(Fact.PENDING, "", reference, wait_seconds=_ASK_AGAIN_SECONDS)

    async def _call(self, method: str, path: str, body: object) -> Answer | Reply:
        token = await self._bearer("")
        answer = token if isinstance(token, Reply) else await self._once(method, path, body, token)
        if isinstance(token, str) and isinstance(answer, Answer) and answer.status == 401:
            token = await self._bearer(token)  # it ended before its time: once more
            if isinstance(token, Reply):
                return token
            answer = await self._once(method, path, body, token)
        if isinstance(answer, Reply):
            return answer
        return answer if answer.status == 200 else _judged(answer)

    async def _once(self, method: str, path: str, body: object, token: str) -> Answer | Reply:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        raw = msgspec.json.encode(body) if body is not None else None
        answer = await call(self._http, method, f"{self._url}/v1/{path}", headers, raw)
        return _lost(answer) if isinstance(answer, Outcome) else answer

    async def _bearer(self, refused: str) -> str | Reply:
        async with self._renewing:
            now = self._now()
            if self._token and now < self._renew_at and self._token != refused:
                return self._token
            claims = {
                "iss": self._account.client_email,
                "scope": _SCOPE,
                "aud": self._account.token_uri,
                "iat": int(now.timestamp()),
                "exp": int(now.timestamp()) + 3_600,
            }
            header = {"alg": "RS256", "typ": "JWT", "kid": self._account.private_key_id}
            form = {"grant_type": _GRANT, "assertion": jwt.encode(header, claims, self._key)}
            sort = {"Content-Type": "application/x-www-form-urlencoded"}
            url = self._account.token_uri
            answer = await call(self._http, "POST", url, sort, urlencode(form).encode())
            if isinstance(answer, Outcome):
                return _lost(answer)
            told = as_object(answer.body) or {}
            token, lives = told.get("access_token"), told.get("expires_in")
            if answer.status in (400, 401, 403):
                return Reply(Fact.BLOCKED, "token_refused")
            if answer.status != 200 or not isinstance(token, str):
                return Reply(Fact.AGAIN, "token_unanswered", wait_seconds=wait_seconds(answer))
            seconds = lives if isinstance(lives, int) else 3_600
            self._token, self._renew_at = token, now + timedelta(seconds=seconds) - _EARLY
            return token


def _lost(outcome: Outcome) -> Reply:
    fact = Fact.BLOCKED if outcome.problem is Problem.ACCOUNT else Fact.AGAIN
    return Reply(fact, outcome.code)


def _judged(answer: Answer) -> Reply:
    error = (as_object(answer.body) or {}).get("error")
    if not isinstance(error, dict):
        error = {}
    status = str(error.get("status") or f"http_{answer.status}").lower()[:60]
    if answer.status == 429:
        wait = max(wait_seconds(answer), _QUOTA_SECONDS)
        return Reply(Fact.AGAIN, "throttled", wait_seconds=wait)
    if answer.status in (401, 403, 404):
        return Reply(Fact.BLOCKED, status)
    if answer.status == 400 and (places := _places(error)):
        return Reply(Fact.AGAIN, status, refused=tuple(sorted(places)))
    if 400 <= answer.status < 500:
        return Reply(Fact.REFUSED, status)
    return Reply(Fact.AGAIN, status, wait_seconds=wait_seconds(answer))


def _places(error: dict[str, Any]) -> set[int]:
    """The places of those people or orders that a BadRequest names, if it names nothing else."""
    found: set[int] = set()
    for detail in error.get("details") or ():
        for one in (detail.get("fieldViolations") or ()) if isinstance(detail, dict) else ():
            name = str(one.get("field", "")) if isinstance(one, dict) else ""
            place = _PLACE.match(name)
            if place is None:
                return set()
            found.add(int(place[1]))
    return found


def _reasons(found: dict[str, Any]) -> dict[str, int]:
    """{reason: how many} of what failed."""
    info = found.get("errorInfo")
    counts = info.get("errorCounts") if isinstance(info, dict) else None
    reasons: dict[str, int] = {}
    for one in counts if isinstance(counts, list) else ():
        if isinstance(one, dict) and str(one.get("recordCount", "")).isdigit():
            reason = str(one.get("reason", "PROCESSING_ERROR_REASON_UNSPECIFIED"))
            reasons[reason] = reasons.get(reason, 0) + int(one["recordCount"])
    return reasons


def _identifiers(prints: Prints) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for kind, *parts in prints:
        if kind == _EMAIL:
            found.append({"emailAddress": parts[0]})
        elif kind == _PHONE:
            found.append({"phoneNumber": parts[0]})
        else:
            names = ("givenName", "familyName", "regionCode", "postalCode")
            found.append({"address": dict(zip(names, parts, strict=True))})
    return found


def _digits(account: str) -> str:
    return "".join(one for one in account if one.isdigit())


PROVIDER = Provider(
    name="google_ads",
    channel=CHANNEL,
    settings=Settings,
    capabilities=Capabilities(idempotent=True, per_second=4.0, in_flight=1),
    open=GoogleAds,
)
