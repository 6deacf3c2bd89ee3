"""Calls over Verimor's cloud switch (Bulutsantralim): click to call, and its word on the calls.

[3rd] developer.verimor.com.tr/switch (its OpenAPI) and bulutsantralim.com/dokumanlar/api-dokumani,
read 2026-11, not tried against its service. Of the two ways to originate, GET and POST, ours is
POST: the key stays out of addresses, and no HTTP client sends a POST again by itself, which would
ring twice. No key makes a request count once, so a call nobody answered for is in doubt and never
begun again by itself. Events are not signed: they come by the secret address of the account, and
from `sources` where these are set.
"""

import re
from datetime import datetime
from urllib.parse import parse_qs, urlencode
from zoneinfo import ZoneInfo

from kervan.delivery.channels import call_http
from kervan.delivery.channels.call.call_list import YEAR_SECONDS
from kervan.delivery.channels.call.manner import MOST_SECONDS, Manner, stamp
from kervan.delivery.channels.channel import (
    CallNews,
    Capabilities,
    Dial,
    Fate,
    Hook,
    Outcome,
    Problem,
    Provider,
    Request,
    Secret,
    no_line,
)
from kervan.kernel.http import Client

_ZONE = ZoneInfo("Europe/Istanbul")
_CALL = re.compile(r"[0-9A-Za-z-]{8,64}")
_MOST_FIELDS = 100
_KINDS = {"ringing": "ringing", "answer": "answered", "hangup": "ended", "user_hangup": ""}


class Settings(Manner, frozen=True, kw_only=True):
    """A switch and its API key.

    `caller_id` is the number customers see (908505320000; "" the extension's own), `sources` are
    the addresses or networks its events may come from, none for any.
    """

    key: Secret
    caller_id: str = ""
    sources: tuple[str, ...] = ()
    base_url: str = "https://api.bulutsantralim.com"


async def dial(settings: Settings, client: Client, call: Dial) -> Outcome:
    """Begin one call; its call_uuid is the reference."""
    fields = {
        "key": settings.key, "extension": call.extension, "destination": _destination(call.to),
    }  # fmt: skip
    if settings.caller_id:
        fields["caller_id"] = settings.caller_id
    url = f"{settings.base_url.rstrip('/')}/originate"
    headers = {"content-type": "application/x-www-form-urlencoded"}
    answer = await call_http.call(client, "POST", url, headers, urlencode(fields).encode())
    if isinstance(answer, Outcome):
        return answer
    said = answer.body.decode("utf-8", "replace").strip().strip('"')
    if answer.status == 200 and _CALL.fullmatch(said):
        return Outcome(Fate.ACCEPTED, reference=said)
    refused = call_http.turned_away(answer)
    if refused is not None:
        return refused
    code = f"http_{answer.status}"
    if 400 <= answer.status < 500:  # "extension 1005 not found": nothing rings
        return Outcome(Fate.REJECTED, Problem.CONTENT, code)
    return Outcome(Fate.DOUBT, Problem.SERVER, code)


def read(settings: Settings, request: Request) -> Hook:
    """One event, as form fields; a hangup is the record of the call (CDR).

    Raises delivery.hook_forged and delivery.hook_unreadable.
    """
    call_http.check_source(request, settings.sources)
    try:
        given = parse_qs(request.body.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise call_http.unreadable() from None
    told = {name: values[0].strip() for name, values in given.items()}
    kind, call = told.get("event_type", ""), told.get("call_uuid", "")
    if kind not in _KINDS or not _CALL.fullmatch(call):
        raise call_http.unreadable()
    return Hook([*_news(_KINDS[kind], call, told, request.at)])


def _news(kind: str, call: str, told: dict[str, str], at: datetime) -> list[CallNews]:
    began = stamp(told.get("start_stamp", ""), _ZONE) or at
    answered = stamp(told.get("answer_stamp", ""), _ZONE)
    if kind == "ringing":
        return [CallNews("ringing", call, began)]
    if kind == "answered":
        return [CallNews("answered", call, answered or at)]
    if kind != "ended":  # one of several telephones that rang gave up; the call may go on
        return []
    ended = stamp(told.get("end_stamp", ""), _ZONE) or at
    spoke = told.get("answered", "").lower() in ("true", "1") or answered is not None
    news = [CallNews("answered", call, answered)] if spoke and answered else []
    seconds = 0
    if spoke:
        seconds = int((ended - answered).total_seconds()) if answered else _number(told, "duration")
    seconds = min(max(0, seconds), MOST_SECONDS)
    return [*news, CallNews("ended", call, ended, seconds, told.get("hangup_cause", ""))]


def _destination(phone: str) -> str:
    """908505320000 within Turkey, 00493027590915 abroad."""
    digits = phone.removeprefix("+")
    return digits if digits.startswith("90") else f"00{digits}"


def _number(told: dict[str, str], name: str) -> int:
    value = told.get(name, "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 8 else 0


PROVIDER = Provider(
    name="verimor_switch",
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
