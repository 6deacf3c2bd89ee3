"""A message as the Cloud API takes it: a template with its parameters, or a text in the window.

[doc] developers.facebook.com/documentation/business-messaging/whatsapp: messages/send-messages,
templates, business-scoped-user-ids (as of 28 May 2026). Only positional parameters are written.
"""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from kervan.delivery.channels.channel import Fate, Outcome, Outgoing, Problem

MOST_CHARACTERS = 4096
_PHONE = re.compile(r"\+[1-9]\d{6,14}")
# Country, a dot, up to 128 letters and digits; ENT marks one of linked portfolios.
_BSUID = re.compile(r"[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}")
_NUMBERED = re.compile(r"(parameter|button)_([1-9]\d?)")
# Parameters hold no line ends, no tabs and no more than four blanks in a row.
_LAYOUT = re.compile(r"[\r\n\t]+| {5,}")
_MEDIA = {
    "jpg": "image", "jpeg": "image", "png": "image", "mp4": "video", "3gp": "video",
    "pdf": "document", "doc": "document", "docx": "document", "xls": "document",
    "xlsx": "document", "ppt": "document", "pptx": "document", "txt": "document",
}  # fmt: skip


def takes(to: str) -> bool:
    """Whether this is an address on WhatsApp: a phone in E.164, or an id that Meta gave (BSUID)."""
    return bool(_PHONE.fullmatch(to) or _BSUID.fullmatch(to))


def written(outgoing: Outgoing) -> dict[str, Any] | Outcome:
    """The message's JSON, or why there can be none. Our id comes back in every status."""
    to, fields = outgoing.to, outgoing.fields
    if not takes(to):
        return Outcome(Fate.REJECTED, Problem.ADDRESS, "no_address")
    name = fields.get("template", "")
    said = _template(name, outgoing) if name else _text(fields.get("text", ""))
    if isinstance(said, Outcome):
        return said
    whom = {"to": to.removeprefix("+")} if to.startswith("+") else {"recipient": to}
    return {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        **whom,
        **said,
        "biz_opaque_callback_data": str(outgoing.message),
    }


def _text(text: str) -> dict[str, Any] | Outcome:
    if not text.strip():
        return Outcome(Fate.REJECTED, Problem.CONTENT, "empty")
    if len(text) > MOST_CHARACTERS:
        return Outcome(Fate.REJECTED, Problem.CONTENT, "too_long")
    return {"type": "text", "text": {"body": text, "preview_url": False}}


def _template(name: str, outgoing: Outgoing) -> dict[str, Any] | Outcome:
    fields = outgoing.fields
    parts: list[dict[str, Any]] = []
    if media := fields.get("header_media_url", ""):
        parts.append({"type": "header", "parameters": [_media(media)]})
    given = _numbered(fields, "parameter")
    if sorted(given) != list(range(1, len(given) + 1)):
        return Outcome(Fate.REJECTED, Problem.CONTENT, "parameter_missing")
    if given:
        texts = [_LAYOUT.sub(" ", given[place]) for place in sorted(given)]
        parameters = [{"type": "text", "text": text} for text in texts]
        parts.append({"type": "body", "parameters": parameters})
    parts += [_button(place, value) for place, value in sorted(_numbered(fields, "button").items())]
    language = fields.get("template_language") or outgoing.language
    template: dict[str, Any] = {"name": name, "language": {"code": language}}
    if parts:
        template["components"] = parts
    return {"type": "template", "template": template}


def _numbered(fields: Mapping[str, str], kind: str) -> dict[int, str]:
    found = {}
    for name, value in fields.items():
        at = _NUMBERED.fullmatch(name)
        if at and at[1] == kind and value.strip():
            found[int(at[2])] = value
    return found


def _button(place: int, value: str) -> dict[str, Any]:
    """The button at this place of the template, counted from 1.

    `payload:…` is what a quick reply gives back, `code:…` a coupon to copy; all else is the
    variable end of its URL.
    """
    kind, sign, rest = value.partition(":")
    if sign and kind == "payload":
        sub_type, parameter = "quick_reply", {"type": "payload", "payload": rest}
    elif sign and kind == "code":
        sub_type, parameter = "copy_code", {"type": "coupon_code", "coupon_code": rest}
    else:
        sub_type, parameter = "url", {"type": "text", "text": value}
    return {
        "type": "button", "sub_type": sub_type, "index": str(place - 1), "parameters": [parameter],
    }  # fmt: skip


def _media(url: str) -> dict[str, Any]:
    """A header's medium; its kind is told by the file's ending, an image where it tells none."""
    name = unquote(urlsplit(url).path.rpartition("/")[2])
    kind = _MEDIA.get(name.rpartition(".")[2].lower(), "image")
    medium = {"link": url}
    if kind == "document":
        medium["filename"] = name
    return {"type": kind, kind: medium}
