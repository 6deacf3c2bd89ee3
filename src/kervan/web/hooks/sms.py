"""The door of incoming SMS: what a provider forwards, and whether it is a refusal.

The secret of KERVAN_SMS_HOOK_SECRET proves the caller: as a bearer token, as the key of an
HMAC-SHA256 over the raw body in `X-Kervan-Signature: sha256=<hex>`, or, for providers that can
only call an address, as the last part of the path.
"""

import hashlib
import hmac
from typing import Annotated, Any
from urllib.parse import parse_qsl

import msgspec
from fastapi import APIRouter, Depends, Request

from kervan.consent.refusal_words import refusal_in
from kervan.kernel import clock, crypto, ids
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.profiles import identifiers, store
from kervan.profiles import read as profiles
from kervan.profiles.sighting import Claim, Reader
from kervan.web import refusals
from kervan.web.state import House, house

router = APIRouter(include_in_schema=False)
_MOST_BYTES = 64_000
_SHORTEST_SECRET = 16
_TEXT_CHARS = 1_000
# What providers call the sender, the text, and the message's number.
_FROM = ("from", "sender", "source_addr", "msisdn", "phone", "gsm", "originator")
_TEXT = ("text", "message", "content", "body", "msg")
_ID = ("id", "message_id", "messageId", "MessageSid", "msgid")


async def _raw(request: Request) -> bytes:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MOST_BYTES:
            raise KervanError("web.hook_unreadable", status=413)
    return body


Raw = Annotated[bytes, Depends(_raw)]


@router.post("/hooks/sms")
def by_header(request: Request, body: Raw) -> dict[str, object]:
    """One incoming SMS; the secret is in a header. Raises web.hook_* (401, 403, 413, 422)."""
    secret = _secret(house(request))
    bearer = request.headers.get("authorization", "")
    signature = request.headers.get("x-kervan-signature", "").strip().lower()
    expected = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    good = _same(bearer, f"Bearer {secret}") or _same(signature, expected)
    return _hear(request, body, good=good)


@router.post("/hooks/sms/{given}")
def by_path(request: Request, given: str, body: Raw) -> dict[str, object]:
    """The same for providers that know no headers: the secret is the last part of the path."""
    return _hear(request, body, good=_same(given, _secret(house(request))))


def _same(given: str, wanted: str) -> bool:
    return crypto.same(given.encode("utf-8", "replace"), wanted.encode("utf-8", "replace"))


def _secret(mine: House) -> str:
    secret = mine.config.sms_hook_secret
    if len(secret) < _SHORTEST_SECRET:
        raise KervanError("web.hook_closed", status=403, chars=_SHORTEST_SECRET)
    return secret


def _hear(request: Request, body: bytes, *, good: bool) -> dict[str, object]:
    if not good:
        raise KervanError("web.hook_not_signed", status=401)
    mine = house(request)
    fields = _fields(body)
    sender, text, number = (_one(fields, names) for names in (_FROM, _TEXT, _ID))
    claim = Reader(mine.keys, mine.config.country).claim(identifiers.PHONE, _plus(sender))
    if claim is None:
        raise KervanError("web.hook_unreadable", status=422)
    word = refusal_in(text)
    if word is None:
        return {"refusal": False}
    at = clock.now()
    unique = number or f"{at:%Y-%m-%d} {text}"
    key = ids.hash16(b"sms", claim.value.encode(), unique.encode("utf-8", "replace"))
    proof = {"text": text[:_TEXT_CHARS], "message": number[:200], "word": word.text}
    with mine.connection() as conn:
        refusal = refusals.Refusal(
            "sms", "sms", key, _owner(conn, claim), claim.hash, proof=proof,
            everything=word.everything,
        )  # fmt: skip
        refusals.write(mine, conn, refusal, at)
        refusals.tell(conn, refusal, at)
    return {"refusal": True, "word": word.text}


def _plus(sender: str) -> str:
    """Providers leave out the plus of a whole number: 905321234567."""
    digits = sender.strip()
    return f"+{digits}" if digits.isdigit() and len(digits) > 10 and digits[0] != "0" else digits


def _owner(conn: Connection, claim: Claim) -> int:
    person = store.owners(conn, [claim]).get(claim, 0)
    return profiles.heads(conn, [person]).get(person, 0)


def _fields(body: bytes) -> dict[str, Any]:
    try:
        if body.lstrip()[:1] == b"{":
            return msgspec.json.decode(body, type=dict[str, Any])
        return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=100))
    except (ValueError, RecursionError):
        raise KervanError("web.hook_unreadable", status=422) from None


def _one(fields: dict[str, Any], names: tuple[str, ...]) -> str:
    lowered = {name.lower(): value for name, value in fields.items()}
    for name in names:
        value = lowered.get(name.lower())
        if isinstance(value, str | int) and not isinstance(value, bool):
            return str(value).replace("\0", "")
    return ""
