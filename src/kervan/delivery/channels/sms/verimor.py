"""SMS through Verimor: one message a campaign, known by our id from the first to the last word.

[3rd] Verimor's public guide (github.com/verimor/SMS-API, user_guide.md, read 2026-11), not tried
against its service; section names below are its headings. Receipts are pushed unsigned and only
four times within a quarter of an hour, so `ask` asks for them as well; `poll` brings inbound texts.
"""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import msgspec

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
    TURKEY,
    Account,
    RecipientType,
    as_credit,
    as_e164,
    asked,
    checked,
    instant,
    is_turkish,
    parts_by,
    plain,
    written,
)
from kervan.kernel import clock, gsm
from kervan.kernel.http import Answer, Client

# "SMS BOY KARAKTER LİMİTLERİ": Turkish letters count once, seven parts at most.
RULES = gsm.Rules(
    modes=(gsm.Mode.GSM, gsm.Mode.SINGLE, gsm.Mode.UCS2), turkish_once=True, reserve_units=5
)
MOST_PARTS = 7
_ABROAD = gsm.Rules(modes=(gsm.Mode.GSM, gsm.Mode.UCS2))
_DATACODING = {gsm.Mode.GSM: "0", gsm.Mode.SINGLE: "1", gsm.Mode.UCS2: "2"}
_JSON = {"content-type": "application/json", "accept": "*/*"}
_TIME = "%Y-%m-%d %H:%M:%S"
_SLACK = timedelta(minutes=1)  # its times are whole seconds, and its clock is not ours
_PAGE = 100
ASKED_AT_ONCE = 20
"""Questions for reports a minute ("GENEL NOTLAR")."""

# "HATA KODLARI", first table: what a refused request names. All of it took nothing.
_SEND = {
    "INVALID_SOURCE_ADDRESS": Problem.ACCOUNT,
    "MISSING_MESSAGE": Problem.CONTENT,
    "MESSAGE_TOO_LONG": Problem.CONTENT,
    "INVALID_PERIOD": Problem.CONTENT,
    "INVALID_DELIVERY_TIME": Problem.CONTENT,
    "INVALID_DATACODING": Problem.CONTENT,
    "INVALID_UTF8": Problem.CONTENT,
    "INVALID_JSON": Problem.CONTENT,
    "FORBIDDEN_MESSAGE": Problem.CONTENT,
    "MISSING_DESTINATION_ADDRESS": Problem.ADDRESS,
    "INVALID_DESTINATION_ADDRESS": Problem.ADDRESS,
    "MISSING_IYS_BRAND_CODE": Problem.ACCOUNT,
    "AHS_AUTHORIZATION_ERROR": Problem.ACCOUNT,
    "NO_AHS_BRAND_ERROR": Problem.ACCOUNT,
    "INVALID_IYS_RECIPIENT_TYPE": Problem.ACCOUNT,
    "INSUFFICIENT_CREDITS": Problem.ACCOUNT,
}
# The same day's same text to the same number under the same header was already sent: either ours,
# whose answer was lost, or another one with the same words. She has the text once.
_SENT_BEFORE = frozenset({"MUKERRER_RAPORLAMA", "DOUBLE_SEND_ERROR"})

# The same chapter, second table. NOT_ALLOWED_BY_IYS may as well mean that the registry holds
# nothing, so it is no refusal to be written down.
_STATUS = {
    "NOT_DELIVERED": Problem.NONE,
    "EXPIRED": Problem.NONE,
    "INVALID_DESTINATION_ADDRESS": Problem.ADDRESS,
    "REJECTED": Problem.CONTENT,
    "FORBIDDEN_MESSAGE": Problem.CONTENT,
    "INSUFFICIENT_CREDITS": Problem.ACCOUNT,
    "NOT_ALLOWED_BY_IYS": Problem.NONE,
    "MISSING_TARIFF": Problem.NONE,
    "ROUTE_NOT_AVAILABLE": Problem.NONE,
    "NETWORK_NOTCOVERED": Problem.NONE,
    "SEND_ERROR": Problem.NONE,
    "INTERNATIONAL_DENIED": Problem.NONE,
}
# The same chapter, gsm_error: of those the ones that say more than the status.
_GSM_ERROR = {"1": Problem.ADDRESS, "2051": Problem.CONTENT, "2053": Problem.ACCOUNT}


class Settings(Account, frozen=True, kw_only=True):
    """An account at Verimor; `sender` is a header of its own, the first one when empty."""

    username: str
    password: Secret
    sender: str = ""
    recipient_type: RecipientType = "BIREYSEL"
    base_url: str = "https://sms.verimor.com.tr"


class Verimor:
    """A `Line` to one account."""

    def __init__(self, settings: Settings, client: Client, now: call_http.Now = clock.now) -> None:
        checked(settings)
        self._settings = settings
        self._client = client
        self._now = now

    async def send(self, outgoing: Outgoing) -> Outcome:
        """One campaign of one message. A whole answer is a campaign's number or an error's name."""
        settings, name = self._settings, str(outgoing.message)
        at_home = is_turkish(outgoing.to)
        count = written(
            outgoing.fields.get("text", ""), settings, RULES if at_home else _ABROAD, MOST_PARTS
        )
        if isinstance(count, Outcome):
            return count
        dest = outgoing.to.removeprefix("+")
        body = {
            "username": settings.username,
            "password": settings.password,
            "source_addr": settings.sender,
            "valid_for": _valid_for(outgoing.expires_at, self._now()),
            "custom_id": name,
            "is_commercial": outgoing.marketing,
            "iys_recipient_type": settings.recipient_type,
            "messages": [{"msg": count.text, "dest": dest if at_home else f"00{dest}", "id": name}],
        }
        if at_home:  # "SMS GÖNDERİMİ": not to be given for numbers abroad
            body["datacoding"] = _DATACODING[count.mode]
        answer = await call_http.call(
            self._client, "POST", f"{settings.base_url}/v2/send.json", _JSON,
            msgspec.json.encode(body),
        )  # fmt: skip
        return answer if isinstance(answer, Outcome) else self._judged(answer)

    async def close(self) -> None:
        """Nothing is held: the client is its owner's."""

    def _judged(self, answer: Answer) -> Outcome:
        refused = call_http.turned_away(answer, self._now)
        if refused is not None:
            return refused
        told = answer.body[:200].decode("utf-8", "replace").strip()
        if answer.status == 200 and told.isdigit():
            return Outcome(Fate.ACCEPTED, reference=told)
        if answer.status == 413:
            return Outcome(Fate.REJECTED, Problem.CONTENT, "http_413")
        if answer.status != 400:
            # Only 200 and 400 are documented; whatever else spoke may have passed the call on.
            return Outcome(Fate.DOUBT, Problem.SERVER, f"http_{answer.status}")
        if told in _SENT_BEFORE:
            return Outcome(Fate.ACCEPTED, code=told)
        problem = _SEND.get(told)
        if problem is None:
            return Outcome(Fate.REJECTED, Problem.CONTENT, "http_400")
        fate = Fate.DEFERRED if problem is Problem.ACCOUNT else Fate.REJECTED
        return Outcome(fate, problem, told)


def read(settings: Settings, request: Request) -> Hook:
    """What a push says: "PUSH ile Gönderim Raporu Alımı" and "PUSH ile Gelen SMS Alımı"."""
    call_http.check_source(request, settings.hook_sources)
    told = call_http.decoded(request.body)
    if not isinstance(told, list) or not all(isinstance(one, dict) for one in told):
        raise call_http.unreadable()
    news: list[News] = []
    for one in told:
        found = _inbound(one, request.at) if one.get("type") == "inbound" else None
        item = found or _receipt(one, request.at)
        if item is not None:
            news.append(item)
    return Hook(news, body=b"OK")


async def ask(
    settings: Settings, client: Client, waiting: Sequence[tuple[uuid.UUID, str]]
) -> list[Receipt]:
    """What became of messages (our id, Verimor's campaign or ""), the first 20 of them.

    So a doubt is resolved, and a push is checked before it is believed. A campaign that Verimor
    does not know (404) was never taken; it is left out. Raises Unreachable and Unanswered.
    """
    found = []
    for message, _ in waiting[:ASKED_AT_ONCE]:
        rows = await _get(settings, client, "/v2/status", {"custom_id": str(message)}, 404)
        receipts = [_receipt(one, clock.now()) for one in rows]
        found += [one for one in receipts if one is not None]
    return found


async def poll(settings: Settings, client: Client, since: datetime) -> list[News]:
    """Inbound texts since `since` ("HTTP GET ile Gelen SMS Alımı"), page by page."""
    now = clock.now()
    query = {
        "from_time": (since - _SLACK).astimezone(TURKEY).strftime(_TIME),
        "to_time": (now + _SLACK).astimezone(TURKEY).strftime(_TIME),
    }
    news: list[News] = []
    while True:
        rows = await _get(settings, client, "/v2/inbound_messages", query)
        news += [one for one in (_inbound(row, now) for row in rows) if one is not None]
        last = max((str(one.get("message_id", "")) for one in rows), key=_number, default="")
        if len(rows) < _PAGE or last == query.get("greater_than"):
            return news
        query = {**query, "greater_than": last}


async def _get(
    settings: Settings, client: Client, path: str, query: dict[str, str], absent: int = 0
) -> list[dict[str, Any]]:
    signed = {"username": settings.username, "password": settings.password, **query}
    url = f"{settings.base_url}{path}?{urlencode(signed)}"
    told = await asked(client, "GET", url, {}, absent=absent)
    return [one for one in told if isinstance(one, dict)] if isinstance(told, list) else []


def _receipt(told: dict[str, Any], otherwise: datetime) -> Receipt | None:
    """A row of a report; None while nothing is settled, or for a word that is not documented."""
    status = str(told.get("status", ""))
    at = instant(told.get("done_at"), otherwise)
    message = call_http.ours(told.get("message_custom_id")) or call_http.ours(
        told.get("campaign_custom_id")
    )
    reference = str(told.get("campaign_id") or "")
    if not reference and message is None:
        return None
    if status == "DELIVERED":
        return Receipt("delivered", at, reference, message)
    if status == "SENT" or status in _SENT_BEFORE:
        return Receipt("accepted", at, reference, message, code=status)
    if status == "BLACKLISTED_DESTINATION_ADDRESS":
        return Receipt("refused", at, reference, message, Problem.REFUSED, status)
    if status not in _STATUS:
        return None
    error = str(told.get("gsm_error") or "")
    problem = _GSM_ERROR.get(error, _STATUS[status])
    code = f"{status}:{error}" if error.isdigit() and error != "0" else status
    return Receipt("failed", at, reference, message, problem, code)


def _inbound(told: dict[str, Any], otherwise: datetime) -> Inbound | None:
    address, name = as_e164(told.get("source_addr", "")), plain(told.get("message_id"))
    if not name or not address:
        return None
    return Inbound(
        id=name,
        address=address,
        at=instant(told.get("received_at"), otherwise),
        text=plain(told.get("content")),
        to=plain(told.get("destination_addr")),
        data={"keyword": plain(told.get("keyword")), "network": plain(told.get("network"))},
    )


def _valid_for(expires_at: datetime, now: datetime) -> str:
    """Hours and minutes, from one minute to two days ("SMS GÖNDERİMİ POST")."""
    minutes = min(max(int((expires_at - now).total_seconds() // 60), 1), 2880)
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _number(told: str) -> int:
    return int(told) if told.isdigit() else -1


def _open(settings: Settings, client: Client) -> Line:
    return Verimor(settings, client)


async def left(settings: Settings, client: Client) -> Credit:
    """The credits left ("SMS KALAN KREDİ SORGULAMA"): the answer is their number alone.

    Raises Unreachable and Unanswered.
    """
    signed = urlencode({"username": settings.username, "password": settings.password})
    return as_credit(
        await asked(client, "GET", f"{settings.base_url}/v2/balance?{signed}", {}), "SMS"
    )


def _parts(settings: Settings, to: str, fields: Mapping[str, str]) -> int:
    return parts_by(RULES if is_turkish(to) else _ABROAD)(settings, to, fields)


PROVIDER = Provider(
    name="verimor",
    channel="sms",
    settings=Settings,
    # "GENEL NOTLAR": 240 requests a minute.
    capabilities=Capabilities(receipts=True, per_second=4.0, in_flight=4),
    open=_open,
    read=read,
    poll=poll,
    ask=ask,
    parts=_parts,
    left=left,
)
