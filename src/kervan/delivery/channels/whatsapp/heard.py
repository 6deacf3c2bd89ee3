"""What a webhook of the Cloud API says: statuses, messages, numbers and ids that changed.

[doc] developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages
with its pages status, text, image, interactive, button, reaction, location, contacts and system
(May to August 2026), and business-scoped-user-ids. What is not known is left out, never refused:
Meta adds fields, and would send the whole call again for days.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from kervan.delivery.channels import call_http
from kervan.delivery.channels.channel import Inbound, Moved, News, Problem, Receipt, ReceiptKind
from kervan.delivery.channels.whatsapp import codes

_KINDS: dict[str, ReceiptKind] = {"sent": "accepted", "delivered": "delivered", "read": "read"}
_MEDIA = frozenset({"image", "video", "audio", "document", "sticker"})


def news(told: dict[str, Any], phone_number_id: str, at: datetime) -> list[News]:
    """All that a call says about our number; other numbers of the same app share the address."""
    found: list[News] = []
    for entry in _rows(told, "entry"):
        for change in _rows(entry, "changes"):
            value = _part(change, "value")
            if change.get("field") != "messages":
                continue
            if _text(_part(value, "metadata"), "phone_number_id") != phone_number_id:
                continue
            found += _of(value, at)
    return found


def _of(value: dict[str, Any], at: datetime) -> Iterator[News]:
    for one in _rows(value, "statuses"):
        receipt = _receipt(one, at)
        if receipt is not None:
            yield receipt
    to = _phone(_text(_part(value, "metadata"), "display_phone_number"))
    contacts = _rows(value, "contacts")
    for one in _rows(value, "messages"):
        if one.get("type") == "system":
            yield from _moved(one, at)
            continue
        inbound = _inbound(one, contacts, to, at)
        if inbound is not None:
            yield inbound


def _receipt(one: dict[str, Any], at: datetime) -> Receipt | None:
    """A status; they come in any order, and `read` may come without `delivered`."""
    name, status = _text(one, "id"), _text(one, "status")
    message = call_http.ours(one.get("biz_opaque_callback_data"))
    when = _time(one, at)
    if not name:
        return None
    if status in _KINDS:
        return Receipt(_KINDS[status], when, name, message)
    if status != "failed":
        return None
    errors = _rows(one, "errors")
    code = errors[0].get("code") if errors else None
    known = code if isinstance(code, int) else -1
    problem = codes.meaning(known) or Problem.NONE
    kind: ReceiptKind = "refused" if problem is Problem.REFUSED else "failed"
    return Receipt(kind, when, name, message, problem, str(known) if known >= 0 else status)


def _inbound(
    one: dict[str, Any], contacts: list[dict[str, Any]], to: str, at: datetime
) -> Inbound | None:
    """A message to us. Who hides her number is known by the id Meta gave her (BSUID) alone."""
    name, kind = _text(one, "id"), _text(one, "type")
    phone, user = _phone(_text(one, "from")), _text(one, "from_user_id")
    for contact in contacts:
        # One contact is the writer; of several it is the one whose number or id is hers.
        theirs, mine = _phone(_text(contact, "wa_id")), _text(contact, "user_id")
        if len(contacts) == 1 or (phone and phone == theirs) or (user and user == mine):
            phone, user = phone or theirs, user or mine
            break
    if not name or not kind or not (phone or user):
        return None
    data = _data(one, kind)
    if user:
        data["user_id"] = user
    if reply := _text(_part(one, "context"), "id"):
        data["reply_to"] = reply
    return Inbound(name, phone or user, _time(one, at), _said(one, kind), to, kind[:40], data)


def _said(one: dict[str, Any], kind: str) -> str:
    """What she wrote or chose, as text."""
    part = _part(one, kind)
    if kind == "text":
        return _text(part, "body")
    if kind == "button":
        return _text(part, "text")
    if kind == "interactive":
        return _text(_part(part, _text(part, "type")), "title")
    if kind == "reaction":
        return _text(part, "emoji")
    if kind == "location":
        return ", ".join(filter(None, (_text(part, "name"), _text(part, "address"))))
    if kind == "contacts":
        names = [_text(_part(card, "name"), "formatted_name") for card in _rows(one, kind)]
        return ", ".join(filter(None, names))
    return _text(part, "caption")


def _data(one: dict[str, Any], kind: str) -> dict[str, Any]:
    """What there is besides text: the medium's id and type, the place, the button's payload."""
    part = _part(one, kind)
    if kind in _MEDIA:
        names = {"id": "media_id", "mime_type": "mime_type", "filename": "filename"}
        return {ours: _text(part, theirs) for theirs, ours in names.items() if _text(part, theirs)}
    if kind == "location":
        return {name: part[name] for name in ("latitude", "longitude") if _is_number(part, name)}
    if kind == "reaction":
        return {"reaction_to": _text(part, "message_id")}
    if kind == "button":
        return {"payload": _text(part, "payload")}
    if kind == "interactive":
        chosen = _part(part, _text(part, "type"))
        found = {"payload": _text(chosen, "id"), "answers": _text(chosen, "response_json")}
        return {name: value for name, value in found.items() if value}
    return {}


def _moved(one: dict[str, Any], at: datetime) -> Iterator[Moved]:
    """webhooks/reference/messages/system: a number that changed, and the id that goes with it."""
    system, when = _part(one, "system"), _time(one, at)
    if system.get("type") not in ("user_changed_number", "user_changed_user_id"):
        return
    old, new = _phone(_text(one, "from")), _phone(_text(system, "wa_id"))
    if old and new and old != new:
        yield Moved(old, new, when)
    before, after = _text(system, "previous_user_id"), _text(system, "user_id")
    if before and after and before != after:
        yield Moved(before, after, when)


def _rows(told: dict[str, Any], name: str) -> list[dict[str, Any]]:
    rows = told.get(name)
    return [one for one in rows if isinstance(one, dict)] if isinstance(rows, list) else []


def _part(told: dict[str, Any], name: str) -> dict[str, Any]:
    part = told.get(name)
    return part if isinstance(part, dict) else {}


def _text(told: dict[str, Any], name: str) -> str:
    value = told.get(name)
    return value if isinstance(value, str) else ""


def _is_number(told: dict[str, Any], name: str) -> bool:
    return isinstance(told.get(name), int | float)


def _phone(told: str) -> str:
    digits = "".join(char for char in told if char in "0123456789")
    return f"+{digits}" if digits else ""


def _time(one: dict[str, Any], at: datetime) -> datetime:
    try:
        return datetime.fromtimestamp(int(_text(one, "timestamp")), UTC)
    except (ValueError, OverflowError, OSError):
        return at
