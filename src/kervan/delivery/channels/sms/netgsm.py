"""SMS through Netgsm's REST v2: one message a job, reports and inbound texts asked for.

[3rd] Netgsm's own packages (github.com/netgsm/netgsm-sms-python: sms_service.py, api_exception.py;
github.com/netgsm/netgsm-sms-js: enums.ts, openapi.json; read 2026-11), not tried against its
service. They document no push, so there is no webhook here; and no id of ours goes along, so a
doubt stays one. Its own İYS check is `iysfilter`.
"""

import base64
import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import msgspec

from kervan.delivery.channels import call_http
from kervan.delivery.channels.channel import (
    Capabilities,
    Fate,
    Inbound,
    Line,
    News,
    Outcome,
    Outgoing,
    Problem,
    Provider,
    Receipt,
    Secret,
)
from kervan.delivery.channels.sms.account import (
    TURKEY,
    Account,
    RecipientType,
    as_e164,
    asked,
    checked,
    instant,
    is_turkish,
    parts_by,
    plain,
    written,
)
from kervan.kernel import clock, gsm, ids
from kervan.kernel.http import Answer, Client, Unanswered

# encoding TR or none (sms_service.py, send): there is no Unicode. 917 characters: [mem].
RULES = gsm.Rules(modes=(gsm.Mode.GSM, gsm.Mode.SINGLE), reserve_units=5)
MOST_PARTS = 6
ASKED_AT_ONCE = 50  # [3rd] jobids in one question
_PAGE = 100  # openapi.json, ReportRequest.pagesize
_WINDOW = timedelta(days=30)  # [3rd] as far back as reports and inbox go
_FILTERS = {"BIREYSEL": "11", "TACIR": "12"}  # sms_service.py, iysfilter; 0 informs
_DOTTED, _COMPACT = "%d.%m.%Y %H:%M:%S", "%d%m%Y%H%M%S"  # sms_service.py: report, inbox
_TAKEN = "00"
_TOO_OFTEN = "80"  # enums.ts, ReportErrorCode: ten questions a minute
_NOTHING = frozenset({"40", "60"})  # enums.ts: InboxErrorCode 40, ReportErrorCode 60
_RECENT = timedelta(hours=1)
_SLACK = timedelta(minutes=1)  # its times are whole seconds, and its clock is not ours
_SAME_NUMBER_SECONDS = 60.0

# api_exception.py, NETGSM_SEND_SMS_ERROR_CODES and _COMMON_: all of it took nothing.
_SEND = {
    "20": (Fate.REJECTED, Problem.CONTENT, 0.0),
    "30": (Fate.DEFERRED, Problem.ACCOUNT, 0.0),
    "40": (Fate.DEFERRED, Problem.ACCOUNT, 0.0),
    "50": (Fate.DEFERRED, Problem.ACCOUNT, 0.0),
    "51": (Fate.DEFERRED, Problem.ACCOUNT, 0.0),
    "70": (Fate.REJECTED, Problem.CONTENT, 0.0),
    "80": (Fate.DEFERRED, Problem.THROTTLED, 0.0),
    # More than 20 jobs for one number in a minute.
    "85": (Fate.DEFERRED, Problem.THROTTLED, _SAME_NUMBER_SECONDS),
}

# enums.ts, SmsStatus; 0 is pending. 13, the same text again, means that she has it; 16 may as well
# mean that the registry holds nothing, so it is no refusal to be written down. 22: [3rd].
_STATUS: dict[str, Problem] = {
    "2": Problem.NONE,
    "3": Problem.ADDRESS,
    "4": Problem.NONE,
    "11": Problem.NONE,
    "12": Problem.NONE,
    "14": Problem.ACCOUNT,
    "16": Problem.NONE,
    "17": Problem.NONE,
    "22": Problem.NONE,
}
_DELIVERED, _AGAIN, _BLACKLISTED = "1", "13", "15"


class Settings(Account, frozen=True, kw_only=True):
    """An account at Netgsm; `sender` is a header that is registered there."""

    username: str
    password: Secret
    sender: str
    recipient_type: RecipientType = "BIREYSEL"
    partner_code: str = ""
    base_url: str = "https://api.netgsm.com.tr"


class Netgsm:
    """A `Line` to one account."""

    def __init__(self, settings: Settings, client: Client, now: call_http.Now = clock.now) -> None:
        checked(settings)
        self._settings = settings
        self._client = client
        self._now = now

    async def send(self, outgoing: Outgoing) -> Outcome:
        """One job of one message; its number is the reference."""
        settings = self._settings
        count = written(outgoing.fields.get("text", ""), settings, RULES, MOST_PARTS)
        if isinstance(count, Outcome):
            return count
        body: dict[str, Any] = {
            "msgheader": settings.sender,
            "messages": [{"msg": count.text, "no": _number(outgoing.to)}],
            "iysfilter": _FILTERS[settings.recipient_type] if outgoing.marketing else "0",
        }
        if count.mode is gsm.Mode.SINGLE:
            body["encoding"] = "TR"
        if settings.partner_code:
            body["partnercode"] = settings.partner_code
        answer = await call_http.call(
            self._client, "POST", f"{settings.base_url}/sms/rest/v2/send", _headers(settings),
            msgspec.json.encode(body),
        )  # fmt: skip
        return answer if isinstance(answer, Outcome) else self._judged(answer)

    async def close(self) -> None:
        """Nothing is held: the client is its owner's."""

    def _judged(self, answer: Answer) -> Outcome:
        refused = call_http.turned_away(answer, self._now)
        if refused is not None:
            return refused
        told = call_http.as_object(answer.body) or {}
        code, job = str(told.get("code", "")), str(told.get("jobid") or "")
        if answer.status == 200 and code == _TAKEN and job:
            return Outcome(Fate.ACCEPTED, reference=job)
        if code in _SEND and answer.status < 500:
            fate, problem, wait = _SEND[code]
            return Outcome(fate, problem, code, retry_after_seconds=wait)
        # 100, 101 and 5000 are system errors without a word on what was taken.
        known = code if code.isdigit() and len(code) <= 5 else f"http_{answer.status}"
        return Outcome(Fate.DOUBT, Problem.SERVER, known)


async def ask(
    settings: Settings, client: Client, waiting: Sequence[tuple[uuid.UUID, str]]
) -> list[Receipt]:
    """What became of messages (our id, Netgsm's job), in questions of 50 jobs.

    A message without a job cannot be asked for. Raises Unreachable and Unanswered.
    """
    jobs = {job: message for message, job in waiting if job}
    names, now, found = list(jobs), clock.now(), []
    for first in range(0, len(names), ASKED_AT_ONCE):
        some = names[first : first + ASKED_AT_ONCE]
        for told in await _reports(settings, client, now - _WINDOW, now + _SLACK, some):
            receipt = _receipt(told, now)
            if receipt is not None and receipt.reference in jobs:
                found.append(replace(receipt, message=jobs[receipt.reference]))
    return found


async def poll(settings: Settings, client: Client, since: datetime) -> list[News]:
    """Reports and inbound texts since `since`, at most 30 days back, the last hour's first.

    Netgsm takes few questions a minute: what it no longer answers is left for the next time, so
    in a crowd `ask` gets further. Raises Unreachable and Unanswered.
    """
    now = clock.now()
    since = max(since - _SLACK, now - _WINDOW)
    # Always by dates: asked without them, it shows each text once and never again (enums.ts).
    query = {"startdate": _written(since, _COMPACT), "stopdate": _written(now + _SLACK, _COMPACT)}
    url = f"{settings.base_url}/sms/rest/v2/inbox?{urlencode(query)}"
    told = await asked(client, "GET", url, _headers(settings), expected=(200, 406))
    texts = [_inbound(row, now) for row in _rows(told, "messages")]
    recent = max(since, now - _RECENT)
    rows = await _reports(settings, client, recent, now + _SLACK)
    if since < recent:
        with suppress(Unanswered):
            rows += await _reports(settings, client, since, recent)
    reports = [_receipt(row, now) for row in rows]
    return [one for one in (*texts, *reports) if one is not None]


async def _reports(
    settings: Settings, client: Client, since: datetime, until: datetime, jobs: Sequence[str] = ()
) -> list[dict[str, Any]]:
    url = f"{settings.base_url}/sms/rest/v2/report"
    found: list[dict[str, Any]] = []
    page = 0
    while True:
        body: dict[str, Any] = {
            "startdate": _written(since, _DOTTED),
            "stopdate": _written(until, _DOTTED),
            "pagenumber": page,
            "pagesize": _PAGE,
        }
        if jobs:
            body["jobids"] = list(jobs)
        raw = msgspec.json.encode(body)
        told = await asked(client, "POST", url, _headers(settings), raw, expected=(200, 406))
        if found and _code(told) == _TOO_OFTEN:
            return found
        rows = _rows(told, "jobs")
        found += rows
        if len(rows) < _PAGE:
            return found
        page += 1


def _rows(told: Any, name: str) -> list[dict[str, Any]]:
    """The rows of an answer, none for the codes that say so; every other code is no answer."""
    code = _code(told)
    if code in _NOTHING:
        return []
    if code != _TAKEN:
        raise Unanswered(f"code_{code[:5]}")
    rows = told.get(name)
    return [one for one in rows if isinstance(one, dict)] if isinstance(rows, list) else []


def _code(told: Any) -> str:
    return str(told.get("code", "")) if isinstance(told, dict) else ""


def _receipt(told: dict[str, Any], otherwise: datetime) -> Receipt | None:
    status, job = str(told.get("status", "")), str(told.get("jobid") or "")
    at = instant(told.get("deliveredDate"), otherwise)
    message = call_http.ours(told.get("referansID"))
    if not job:
        return None
    if status == _DELIVERED:
        return Receipt("delivered", at, job, message)
    if status == _AGAIN:
        return Receipt("accepted", at, job, message, code=status)
    if status == _BLACKLISTED:
        return Receipt("refused", at, job, message, Problem.REFUSED, status)
    if status not in _STATUS:
        return None
    error = str(told.get("errorCode") or "")
    code = f"{status}:{error}" if error.isdigit() and error != "0" else status
    return Receipt("failed", at, job, message, _STATUS[status], code)


def _inbound(told: dict[str, Any], otherwise: datetime) -> Inbound | None:
    """A row of the inbox. It has no id, so the same text at the same second is the same one."""
    address, text = as_e164(told.get("sender", "")), plain(told.get("message"))
    if not address:
        return None
    stamp, to = plain(told.get("datetime")), plain(told.get("receiver"))
    parts = (b"netgsm inbox", *(one.encode() for one in (address, to, stamp, text)))
    name = ids.hash16(*parts).hex()
    return Inbound(name, address, instant(stamp, otherwise), text, to)


def _headers(settings: Settings) -> dict[str, str]:
    pair = f"{settings.username}:{settings.password}".encode()
    return {
        "authorization": "Basic " + base64.b64encode(pair).decode(),
        "content-type": "application/json",
    }


def _number(to: str) -> str:
    """5… at home; abroad 00 and the country ([3rd])."""
    return to[3:] if is_turkish(to) else "00" + to.removeprefix("+")


def _written(at: datetime, form: str) -> str:
    return at.astimezone(TURKEY).strftime(form)


def _open(settings: Settings, client: Client) -> Line:
    return Netgsm(settings, client)


PROVIDER = Provider(
    name="netgsm",
    channel="sms",
    settings=Settings,
    capabilities=Capabilities(receipts=True, per_second=10.0, in_flight=8),
    open=_open,
    poll=poll,
    ask=ask,
    parts=parts_by(RULES),
)
