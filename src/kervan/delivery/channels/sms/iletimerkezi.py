"""SMS through İleti Merkezi: one message an order, reported by an unsigned webhook and when asked.

[3rd] İleti Merkezi's pages (github.com/iletimerkezi/apidocs-website, docs/, read 2026-11), not
tried against its service. No id of ours goes along, so a doubt stays one; inbound texts are not
documented. Every order must say whether İYS is asked (`iys`), and a commercial one in which list.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from kervan.delivery.channels import call_http
from kervan.delivery.channels.channel import (
    Capabilities,
    Credit,
    Fate,
    Hook,
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
    TURKEY,
    Account,
    RecipientType,
    as_credit,
    asked,
    checked,
    parts_by,
    written,
)
from kervan.kernel import clock, gsm
from kervan.kernel.http import Answer, Client, Unanswered

# Which alphabets it takes is not documented; Turkish letters it does.
RULES = gsm.Rules(modes=(gsm.Mode.GSM, gsm.Mode.SINGLE), reserve_units=5)
MOST_PARTS = 6  # [mem]
ASKED_AT_ONCE = 20
_JSON = {"content-type": "application/json", "accept": "application/json"}
_STATUSES = (200, 400, 401, 404, 422, 455, 456)
_NOT_THERE = frozenset({"455", "456"})  # status-codes.mdx: no such order; its time has not come
_MOST_DAYS = timedelta(days=7)
_MOST_PAGES = 20
"""Pages of one poll behind the first."""

# status-codes.mdx, those that sms/send/json.mdx names: all of it took nothing.
_SEND = {
    "400": Problem.CONTENT,
    "401": Problem.ACCOUNT,
    "402": Problem.ACCOUNT,  # no balance
    "404": Problem.ACCOUNT,
    "422": Problem.CONTENT,
    "450": Problem.ACCOUNT,  # sender not to be used
    "452": Problem.ADDRESS,
    "453": Problem.CONTENT,
    "454": Problem.CONTENT,
    "457": Problem.CONTENT,
    "459": Problem.ACCOUNT,
    "460": Problem.ACCOUNT,
    "467": Problem.ACCOUNT,  # papers missing
    "468": Problem.ACCOUNT,  # İYS: ask or not, which list, whose code
    "469": Problem.ACCOUNT,
    "470": Problem.ACCOUNT,
}
_TAKEN = "200"
# "Tekrar eden sipariş": the same order is there already, so she has the text once.
_REPEATED = "451"
_OUT_OF_SERVICE = "503"

# sms/report/json.mdx (of a message) and sms/report/webhook.mdx. Neither says why one failed.
_DELIVERED, _FAILED = "111", "112"
_HOOK = {"accepted": "accepted", "delivered": "delivered", "undelivered": "failed"}


class Settings(Account, frozen=True, kw_only=True):
    """An account at İleti Merkezi; `hash` is the key's secret half."""

    key: str
    hash: Secret
    sender: str
    recipient_type: RecipientType = "BIREYSEL"
    base_url: str = "https://api.iletimerkezi.com"


class IletiMerkezi:
    """A `Line` to one account."""

    def __init__(self, settings: Settings, client: Client, now: call_http.Now = clock.now) -> None:
        checked(settings)
        self._settings = settings
        self._client = client
        self._now = now

    async def send(self, outgoing: Outgoing) -> Outcome:
        """One order of one message; its id is the reference."""
        settings = self._settings
        count = written(outgoing.fields.get("text", ""), settings, RULES, MOST_PARTS)
        if isinstance(count, Outcome):
            return count
        order = {
            "sender": settings.sender,
            "sendDateTime": [],
            "iys": "1" if outgoing.marketing else "0",
            "iysList": settings.recipient_type,
            "message": {"text": count.text, "receipents": {"number": [outgoing.to]}},
        }
        answer = await call_http.call(
            self._client, "POST", _url(settings, "send-sms"), _JSON, _body(settings, order=order)
        )
        return answer if isinstance(answer, Outcome) else self._judged(answer)

    async def close(self) -> None:
        """Nothing is held: the client is its owner's."""

    def _judged(self, answer: Answer) -> Outcome:
        """Its word is the code in the body; where there is none, a front or a fault spoke."""
        response = _response(call_http.decoded(answer.body))
        if response is None:
            refused = call_http.turned_away(answer, self._now)
            code = f"http_{answer.status}"
            return refused or Outcome(Fate.DOUBT, Problem.SERVER, code)
        code, order = response
        name = str(order.get("id") or "")
        if code == _TAKEN and name:
            return Outcome(Fate.ACCEPTED, reference=name)
        if code == _REPEATED:
            return Outcome(Fate.ACCEPTED, code=code)
        if code == _OUT_OF_SERVICE:
            wait = call_http.wait_seconds(answer, self._now)
            return Outcome(Fate.DEFERRED, Problem.SERVER, code, retry_after_seconds=wait)
        problem = _SEND.get(code)
        if problem is None:
            return Outcome(Fate.DOUBT, Problem.SERVER, code)
        fate = Fate.DEFERRED if problem is Problem.ACCOUNT else Fate.REJECTED
        return Outcome(fate, problem, code)


def read(settings: Settings, request: Request) -> Hook:
    """What a webhook says of one message of an order (sms/report/webhook.mdx)."""
    call_http.check_source(request, settings.hook_sources)
    told = call_http.as_object(request.body)
    report = told.get("report") if told else None
    if not isinstance(report, dict) or not str(report.get("packet_id") or ""):
        raise call_http.unreadable()
    receipt = _receipt(str(report["packet_id"]), str(report.get("status")), request.at)
    return Hook([] if receipt is None else [receipt])


async def ask(
    settings: Settings, client: Client, waiting: Sequence[tuple[uuid.UUID, str]]
) -> list[Receipt]:
    """What became of messages (our id, their order), the first 20 that have an order.

    Raises Unreachable and Unanswered.
    """
    found, now = [], clock.now()
    for message, name in [one for one in waiting if one[1]][:ASKED_AT_ONCE]:
        code, order = await _asked(settings, client, "get-report", order={"id": name})
        rows = order.get("message") if code == _TAKEN else []
        states = [str(row.get("status")) for row in rows or [] if isinstance(row, dict)]
        if states == [_DELIVERED]:
            found.append(Receipt("delivered", now, name, message))
        elif states == [_FAILED]:
            found.append(Receipt("failed", now, name, message, code=_FAILED))
    return found


async def poll(settings: Settings, client: Client, since: datetime) -> list[News]:
    """What became of the orders since the day of `since`, at most a week.

    An order of ours has one message, so its sums say what became of it; orders of several are
    somebody else's. Of many pages some are read each time, going round by the clock: the webhook
    has told most of it. Raises Unreachable and Unanswered.
    """
    now = clock.now()
    window = {"start": _day(max(since, now - _MOST_DAYS)), "end": _day(now)}
    count, rows = await _sums(settings, client, window, 1)
    pages = -(-count // len(rows)) if rows else 0
    rest = range(2, pages + 1)
    first = int(now.timestamp() // 60) * _MOST_PAGES % max(len(rest), 1)
    for page in (*rest[first:], *rest[:first])[:_MOST_PAGES]:
        rows += (await _sums(settings, client, window, page))[1]
    receipts = [_summed(row, now) for row in rows]
    return [one for one in receipts if one is not None]


async def _sums(
    settings: Settings, client: Client, window: dict[str, str], page: int
) -> tuple[int, list[dict[str, Any]]]:
    """How many orders there are, and those of a page."""
    asking = {**window, "page": page}
    code, told = await _asked(settings, client, "get-reports", part="", filter=asking)
    rows = told.get("orders") if code == _TAKEN else None
    found = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    return _whole(told.get("count")), found


def _receipt(order: str, status: str, at: datetime) -> Receipt | None:
    kind = _HOOK.get(status)
    if kind == "accepted":
        return Receipt("accepted", at, order)
    if kind == "delivered":
        return Receipt("delivered", at, order)
    return Receipt("failed", at, order, code=status) if kind == "failed" else None


def _summed(row: dict[str, Any], at: datetime) -> Receipt | None:
    """sms/report-packets/json.mdx: how many of an order arrived, did not, or still wait."""
    name = str(row.get("id") or "")
    if not name or _whole(row.get("total")) != 1:
        return None
    if _whole(row.get("delivered")) == 1:
        return Receipt("delivered", at, name)
    if _whole(row.get("undelivered")) == 1:
        return Receipt("failed", at, name, code=_FAILED)
    return None


async def _asked(
    settings: Settings, client: Client, verb: str, part: str = "order", **asking: Any
) -> tuple[str, dict[str, Any]]:
    """The code of an answer, and its `part` (the whole of it for "")."""
    told = await asked(
        client, "POST", _url(settings, verb), _JSON, _body(settings, **asking), expected=_STATUSES
    )
    response = _response(told, part)
    if response is None or (response[0] != _TAKEN and response[0] not in _NOT_THERE):
        raise Unanswered(f"code_{response[0]}" if response else "odd_answer")
    return response


def _response(told: Any, part: str = "order") -> tuple[str, dict[str, Any]] | None:
    response = told.get("response") if isinstance(told, dict) else None
    status = response.get("status") if isinstance(response, dict) else None
    code = str(status.get("code")) if isinstance(status, dict) else ""
    if not isinstance(response, dict) or not code.isdigit() or len(code) > 3:
        return None
    inner = response.get(part) if part else response
    return code, inner if isinstance(inner, dict) else {}


def _body(settings: Settings, **asking: Any) -> bytes:
    sign_in = {"key": settings.key, "hash": settings.hash}
    return msgspec.json.encode({"request": {"authentication": sign_in, **asking}})


def _url(settings: Settings, verb: str) -> str:
    return f"{settings.base_url}/v1/{verb}/json"


def _day(at: datetime) -> str:
    return at.astimezone(TURKEY).strftime("%Y-%m-%d")


def _whole(told: Any) -> int:
    text = str(told)
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def _open(settings: Settings, client: Client) -> Line:
    return IletiMerkezi(settings, client)


async def left(settings: Settings, client: Client) -> Credit:
    """The money left (account/balance/json.mdx: `amount` in lira, beside `sms` credits).

    Raises Unreachable and Unanswered.
    """
    code, balance = await _asked(settings, client, "get-balance", part="balance")
    if code != _TAKEN:
        raise Unanswered(f"code_{code}")
    return as_credit(balance.get("amount"), "TRY")


PROVIDER = Provider(
    name="iletimerkezi",
    channel="sms",
    settings=Settings,
    capabilities=Capabilities(receipts=True, per_second=10.0, in_flight=8),
    open=_open,
    read=read,
    poll=poll,
    ask=ask,
    parts=parts_by(RULES),
    left=left,
)
