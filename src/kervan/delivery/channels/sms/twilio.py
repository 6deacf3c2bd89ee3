"""SMS through Twilio: signed callbacks that carry our id, inbound texts, and both when asked.

[3rd] Twilio's documentation (twilio.com/docs: messaging/api/message-resource, usage/security,
messaging/guides/track-outbound-message-status, api/errors, read 2026-11) and its own library
(github.com/twilio/twilio-python), not tried against its service. Creating a message takes no
idempotency key; our id stands in the callback's address, which is signed too, so a callback
resolves a doubt. İYS is not Twilio's business: the gate has asked before.
"""

import base64
import email.utils
import hashlib
import hmac
import uuid
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from kervan.delivery.channels import call_http
from kervan.delivery.channels.channel import (
    Capabilities,
    Credit,
    Fate,
    Hook,
    Inbound,
    Line,
    News,
    Outcome,
    Outgoing,
    Problem,
    Provider,
    Receipt,
    Request,
    Secret,
)
from kervan.delivery.channels.sms.account import (
    Account,
    as_credit,
    asked,
    checked,
    parts_by,
    plain,
    written,
)
from kervan.kernel import clock, gsm
from kervan.kernel.errors import KervanError
from kervan.kernel.http import Answer, Client

# One letter outside the default alphabet and all of it is UCS-2: there are no national shifts.
RULES = gsm.Rules(modes=(gsm.Mode.GSM, gsm.Mode.UCS2))
MOST_PARTS = 24
_MOST_CHARACTERS = 1600  # api/errors/21617
_LONGEST_SECONDS = 36_000  # api/errors/90007
ASKED_AT_ONCE = 20
_PAGE = 1000
_MESSAGE = "message"
_TWIML = b'<?xml version="1.0" encoding="UTF-8"?><Response/>'

# api/errors: of a request that is refused before anything is taken.
_SEND = {
    20003: (Fate.DEFERRED, Problem.ACCOUNT),
    20404: (Fate.DEFERRED, Problem.ACCOUNT),
    20429: (Fate.DEFERRED, Problem.THROTTLED),
    20503: (Fate.DEFERRED, Problem.SERVER),
    21211: (Fate.REJECTED, Problem.ADDRESS),  # To is no number
    21212: (Fate.DEFERRED, Problem.ACCOUNT),  # From is none
    21408: (Fate.REJECTED, Problem.CONTENT),  # no permission for that country; others may go
    21602: (Fate.REJECTED, Problem.CONTENT),
    21603: (Fate.DEFERRED, Problem.ACCOUNT),
    21606: (Fate.DEFERRED, Problem.ACCOUNT),
    21608: (Fate.REJECTED, Problem.CONTENT),  # a trial account and an unverified number
    21609: (Fate.DEFERRED, Problem.ACCOUNT),  # the callback's address
    21610: (Fate.REJECTED, Problem.REFUSED),  # she wrote STOP
    21611: (Fate.DEFERRED, Problem.THROTTLED),  # ten hours are queued
    21612: (Fate.REJECTED, Problem.CONTENT),  # this pair of From and To cannot be connected
    21614: (Fate.REJECTED, Problem.ADDRESS),  # To cannot get texts
    21617: (Fate.REJECTED, Problem.CONTENT),
    21659: (Fate.DEFERRED, Problem.ACCOUNT),
    21660: (Fate.DEFERRED, Problem.ACCOUNT),
    21703: (Fate.DEFERRED, Problem.ACCOUNT),
    30002: (Fate.DEFERRED, Problem.ACCOUNT),
}
# api/errors, of a message that was taken and failed; every other code says no more than that.
_FAILED = {
    "21610": Problem.REFUSED,
    "21614": Problem.ADDRESS,
    "30001": Problem.THROTTLED,
    "30002": Problem.ACCOUNT,
    "30005": Problem.ADDRESS,
    "30006": Problem.ADDRESS,
    "30007": Problem.CONTENT,
    "30032": Problem.ACCOUNT,
    "30034": Problem.ACCOUNT,
}
_NOT_YET = frozenset({"queued", "accepted", "scheduled", "sending"})


class Settings(Account, frozen=True, kw_only=True):
    """An account at Twilio. `sender` is a number, a name, or a messaging service (MG…).

    `callback_url` is the address of this account's webhook, by which receipts come; `api_key` and
    its secret sign calls instead of the token, which then only verifies. While a token is changed,
    the former one verifies too.
    """

    account_sid: str
    auth_token: Secret
    sender: str
    previous_auth_token: Secret = ""
    api_key: str = ""
    api_secret: Secret = ""
    callback_url: str = ""
    base_url: str = "https://api.twilio.com"


class Twilio:
    """A `Line` to one account."""

    def __init__(self, settings: Settings, client: Client, now: call_http.Now = clock.now) -> None:
        checked(settings)
        self._settings = settings
        self._client = client
        self._now = now

    async def send(self, outgoing: Outgoing) -> Outcome:
        """One message; its SID is the reference."""
        settings = self._settings
        count = written(outgoing.fields.get("text", ""), settings, RULES, MOST_PARTS)
        if isinstance(count, Outcome):
            return count
        if len(count.text) > _MOST_CHARACTERS:
            return Outcome(Fate.REJECTED, Problem.CONTENT, "too_long")
        left = int((outgoing.expires_at - self._now()).total_seconds())
        by = "MessagingServiceSid" if settings.sender.startswith("MG") else "From"
        form = {
            "To": outgoing.to,
            by: settings.sender,
            "Body": count.text,
            "ValidityPeriod": str(min(max(left, 1), _LONGEST_SECONDS)),
        }
        if settings.callback_url:
            form["StatusCallback"] = _callback(settings.callback_url, outgoing.message)
        headers = {**_headers(settings), "content-type": "application/x-www-form-urlencoded"}
        url = f"{_root(settings)}/Messages.json"
        answer = await call_http.call(self._client, "POST", url, headers, urlencode(form).encode())
        return answer if isinstance(answer, Outcome) else self._judged(answer)

    async def close(self) -> None:
        """Nothing is held: the client is its owner's."""

    def _judged(self, answer: Answer) -> Outcome:
        told = call_http.as_object(answer.body) or {}
        name = str(told.get("sid") or "")
        if answer.status == 201 and name:
            return Outcome(Fate.ACCEPTED, reference=name)
        code = told.get("code")
        if isinstance(code, int) and code in _SEND and answer.status >= 400:
            fate, problem = _SEND[code]
            wait = call_http.wait_seconds(answer, self._now)
            return Outcome(fate, problem, str(code), retry_after_seconds=wait)
        refused = call_http.turned_away(answer, self._now)
        if refused is not None:
            return refused
        if 400 <= answer.status < 500:
            known = str(code) if isinstance(code, int) else f"http_{answer.status}"
            return Outcome(Fate.REJECTED, Problem.CONTENT, known)
        # A 5xx without a known code, or a page: whether it was queued nobody says.
        return Outcome(Fate.DOUBT, Problem.SERVER, f"http_{answer.status}")


def read(settings: Settings, request: Request) -> Hook:
    """A status callback or an inbound text, verified by its signature (usage/security)."""
    call_http.check_source(request, settings.hook_sources)
    form = _verified(settings, request)
    name, status = form.get("MessageSid") or form.get("SmsSid"), form.get("MessageStatus")
    if not name or form.get("AccountSid", settings.account_sid) != settings.account_sid:
        raise call_http.unreadable()
    if status is None:
        text = _inbound(name, form, request.at)
        return Hook([text], body=_TWIML, content_type="text/xml")
    query = dict(parse_qsl(urlsplit(request.url).query))
    message = call_http.ours(query.get(_MESSAGE))
    receipt = _receipt(name, status, form.get("ErrorCode"), request.at, message)
    return Hook([] if receipt is None else [receipt])


async def ask(
    settings: Settings, client: Client, waiting: Sequence[tuple[uuid.UUID, str]]
) -> list[Receipt]:
    """What became of messages (our id, their SID), the first 20 that have one.

    Raises Unreachable and Unanswered.
    """
    found = []
    for message, name in [one for one in waiting if one[1].isalnum()][:ASKED_AT_ONCE]:
        url = f"{_root(settings)}/Messages/{name}.json"
        told = await asked(client, "GET", url, _headers(settings), absent=404)
        receipt = _row(told, message) if isinstance(told, dict) else None
        if isinstance(receipt, Receipt):
            found.append(receipt)
    return found


async def poll(settings: Settings, client: Client, since: datetime) -> list[News]:
    """Messages sent or received since `since`, page by page, as receipts and inbound texts.

    Raises Unreachable and Unanswered.
    """
    stamp = since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    query = urlencode({"DateSent>": stamp, "PageSize": str(_PAGE)})
    path = f"/2010-04-01/Accounts/{settings.account_sid}/Messages.json?{query}"
    news: list[News] = []
    while path.startswith("/"):
        told = await asked(client, "GET", f"{settings.base_url}{path}", _headers(settings))
        rows = told.get("messages") if isinstance(told, dict) else None
        some = [one for one in rows or [] if isinstance(one, dict)]
        news += [one for one in map(_row, some) if one is not None]
        path = str(told.get("next_page_uri") or "") if isinstance(told, dict) and some else ""
    return news


def _verified(settings: Settings, request: Request) -> dict[str, str]:
    """The form of a call whose signature is right: HMAC-SHA1 over the address and all of the form.

    The parameters stand sorted, as they came, name and value without a sign between them; an
    address is signed with or without its port. Raises delivery.hook_forged.
    """
    try:
        body = request.body.decode("utf-8") if request.method == "POST" else ""
        pairs = parse_qsl(body, keep_blank_values=True, max_num_fields=500, errors="strict")
    except ValueError:
        raise call_http.unreadable() from None
    signed = "".join(name + value for name, value in sorted(set(pairs)))
    given = request.headers.get("x-twilio-signature", "").encode()
    tokens = [one for one in (settings.auth_token, settings.previous_auth_token) if one]
    wanted = [
        base64.b64encode(hmac.digest(token.encode(), f"{url}{signed}".encode(), hashlib.sha1))
        for token in tokens
        for url in _spellings(request.url)
    ]
    if not any(hmac.compare_digest(given, one) for one in wanted):
        raise KervanError("delivery.hook_forged", 401)
    if request.method != "POST":
        pairs = parse_qsl(urlsplit(request.url).query, keep_blank_values=True)
    return dict(pairs)


def _spellings(url: str) -> Iterator[str]:
    yield url
    parts = urlsplit(url)
    host = parts.netloc.rpartition(":")[0] if parts.port else parts.netloc
    port = parts.port or (443 if parts.scheme == "https" else 80)
    yield urlunsplit(parts._replace(netloc=host))
    yield urlunsplit(parts._replace(netloc=f"{host}:{port}"))


def _receipt(
    name: str, status: str, error: Any, at: datetime, message: uuid.UUID | None
) -> Receipt | None:
    """message-resource, "Message Status Values"; they come in any order."""
    if status == "delivered":
        return Receipt("delivered", at, name, message)
    if status == "read":
        return Receipt("read", at, name, message)
    if status == "sent":
        return Receipt("accepted", at, name, message)
    if status in ("failed", "undelivered", "canceled"):
        code = str(error) if str(error or "").isdigit() else status
        problem = _FAILED.get(code, Problem.NONE)
        if problem is Problem.REFUSED:
            return Receipt("refused", at, name, message, problem, code)
        return Receipt("failed", at, name, message, problem, code)
    return None


def _inbound(name: str, form: dict[str, str], at: datetime) -> Inbound:
    """messaging/guides/webhook-request. OptOutType tells that Twilio itself heard STOP or START."""
    return Inbound(
        id=name,
        address=form.get("From", ""),
        at=at,
        text=plain(form.get("Body")),
        to=form.get("To", ""),
        data={"opt_out": form["OptOutType"]} if form.get("OptOutType") else {},
    )


def _row(told: dict[str, Any], message: uuid.UUID | None = None) -> News | None:
    """A message as the list shows it."""
    name, status = str(told.get("sid") or ""), str(told.get("status") or "")
    at = _time(told.get("date_updated")) or clock.now()
    if not name or status in _NOT_YET:
        return None
    if told.get("direction") == "inbound":
        form = {"From": plain(told.get("from")), "To": plain(told.get("to"))}
        return _inbound(name, {**form, "Body": plain(told.get("body"))}, at)
    return _receipt(name, status, told.get("error_code"), at, message)


def _time(told: Any) -> datetime | None:
    try:
        at = email.utils.parsedate_to_datetime(str(told))
    except (ValueError, TypeError):
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _callback(url: str, message: uuid.UUID) -> str:
    return f"{url}{'&' if urlsplit(url).query else '?'}{_MESSAGE}={message}"


def _root(settings: Settings) -> str:
    return f"{settings.base_url}/2010-04-01/Accounts/{settings.account_sid}"


def _headers(settings: Settings) -> dict[str, str]:
    user, password = settings.account_sid, settings.auth_token
    if settings.api_key:
        user, password = settings.api_key, settings.api_secret
    pair = base64.b64encode(f"{user}:{password}".encode()).decode()
    return {"authorization": f"Basic {pair}", "accept": "application/json"}


def _open(settings: Settings, client: Client) -> Line:
    return Twilio(settings, client)


async def left(settings: Settings, client: Client) -> Credit:
    """The money left (the resource Balance of an account). Raises Unreachable and Unanswered."""
    told = await asked(client, "GET", f"{_root(settings)}/Balance.json", _headers(settings))
    rows = told if isinstance(told, dict) else {}
    return as_credit(rows.get("balance"), str(rows.get("currency") or ""))


PROVIDER = Provider(
    name="twilio",
    channel="sms",
    settings=Settings,
    capabilities=Capabilities(receipts=True, per_second=20.0, in_flight=16),
    open=_open,
    read=read,
    poll=poll,
    ask=ask,
    parts=parts_by(RULES),
    left=left,
)
