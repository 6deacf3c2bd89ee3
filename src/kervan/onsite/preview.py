"""A draft that one browser may see on the shop's own page: in a link, signed, for one hour.

The link's fragment holds the draft itself, compressed, with a keyed BLAKE2b (RFC 7693) beside it:
nothing is kept, whoever changes a letter has nothing, and the shop's server is never told.
"""

import base64
import binascii
import zlib
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import msgspec

from kervan.kernel import clock, crypto
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.errors import KervanError
from kervan.onsite import personal, rules
from kervan.onsite.blocks import KINDS
from kervan.onsite.definition import NAME_CHARS, Blocks, Campaign, Look, Variant
from kervan.onsite.store import Version

GOOD_FOR = timedelta(hours=1)
FRAGMENT = "kervan-preview"
MOST_CHARS = 60_000
"""Of a token: what asks about one is at most 64 kB."""
_MAC_BYTES = 16
_MOST_BYTES = 200_000


class Draft(msgspec.Struct, frozen=True):
    """What a link shows: a campaign, which of its variants, in which language, on which site."""

    campaign: Campaign
    variant: int
    language: str
    site: str
    until_ms: int


def seal(vault: WorkspaceVault, draft: Draft) -> str:
    """The token of a draft. Raises onsite.preview_too_large (422)."""
    body = zlib.compress(msgspec.json.encode(draft), 9)
    token = base64.urlsafe_b64encode(_mac(vault, body) + body).decode().rstrip("=")
    if len(token) > MOST_CHARS:
        raise KervanError("onsite.preview_too_large", status=422)
    return token


def opened(vault: WorkspaceVault, token: str, site: str, at: datetime) -> Draft:
    """What a token shows on `site` at `at`. Raises onsite.preview_refused (403)."""
    refused = KervanError("onsite.preview_refused", status=403)
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise refused from None
    mac, body = raw[:_MAC_BYTES], raw[_MAC_BYTES:]
    if len(mac) < _MAC_BYTES or not crypto.same(mac, _mac(vault, body)):
        raise refused
    unpacked = zlib.decompressobj().decompress(body, _MOST_BYTES)  # ours: the mac is right
    try:
        draft = msgspec.json.decode(unpacked, type=Draft)
    except msgspec.MsgspecError:  # made before an update
        raise refused from None
    if draft.until_ms <= clock.to_ms(at) or draft.site != site:
        raise refused
    return draft


def _mac(vault: WorkspaceVault, body: bytes) -> bytes:
    return crypto.sign(vault.derive("onsite preview"), body, _MAC_BYTES)


def site_of(url: str) -> str:
    """The origin of a page's address, "" for what is no http(s) address or hides where it leads."""
    if not url.isascii() or not url.isprintable() or any(sign in url for sign in '\\ "<>'):
        return ""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return ""
    host = parts.hostname or ""
    if parts.scheme not in ("http", "https") or not host or "@" in parts.netloc:
        return ""
    usual = {"http": 80, "https": 443}[parts.scheme]
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}" + (f":{port}" if port and port != usual else "")


def link(url: str, token: str) -> str:
    """The page's address with the token behind it; what stood in its fragment is left out."""
    return f"{url.partition('#')[0]}#{FRAGMENT}={token}"


def piece(campaign: Campaign, variant: int, language: str, base: str = "") -> dict[str, Any]:
    """One variant as a page draws it, in `language`; what is about a person says its fallbacks.

    Pictures of the site itself are fetched from `base` where the page is not the site's.
    """
    version = Version(campaign.key, False, 0, campaign, [], clock.now(), "")
    head = rules.head(version, language)
    chosen = campaign.texts[variant] if variant < len(campaign.texts) else campaign.texts[0]
    blocks = chosen.blocks.get(head["language"], [])
    try:
        hosts = frozenset(campaign.link_hosts)
        plain = personal.fill(blocks, head["language"], {"person": {}}, hosts)
    except KervanError:
        plain = msgspec.to_builtins(blocks)
    return {**head, "variant": {"key": chosen.key, "blocks": _based(plain, base)}}


def _based(blocks: list[dict[str, Any]], base: str) -> list[dict[str, Any]]:
    if not base:
        return blocks
    for one in blocks:
        if one["type"] == "image" and one["url"].startswith("/"):
            one["url"] = base + one["url"]
        for column in one.get("columns", ()):
            _based(column, base)
    return blocks


def loose(value: object) -> Campaign:
    """As much of an unfinished campaign as can be drawn: what is not valid yet is left out."""
    given = value if isinstance(value, dict) else {}
    variants = [
        Variant(f"v{place}", 1, _drawn(one))
        for place, one in enumerate(_list(given.get("variants"))[:8])
    ]
    name = given.get("name")
    return Campaign(
        key="preview",
        name=name[:NAME_CHARS] if isinstance(name, str) else "",
        kind=_one_of(given.get("kind"), ("popup", "banner", "slide_in", "embedded")),
        blocks={} if variants else _drawn(given),
        variants=variants,
        link_hosts=[one for one in _list(given.get("link_hosts")) if isinstance(one, str)],
        place=_one_of(given.get("place"), ("", "top", "bottom", "left", "right")),
        slot=FRAGMENT,
        look=_look(given.get("look")),
    )


def _drawn(part: object) -> Blocks:
    given = part.get("blocks") if isinstance(part, dict) else None
    found: dict[Any, Any] = {}
    for language in ("tr", "az", "en"):
        if isinstance(given, dict) and language in given:
            made = [_made(one) for one in _list(given[language])]
            found[language] = [one for one in made if one is not None]
    return found


def _made(one: object) -> Any:
    kind = KINDS.get(str(one.get("type"))) if isinstance(one, dict) else None
    try:
        return msgspec.convert(one, kind) if kind else None
    except msgspec.ValidationError:
        return None


def _look(given: object) -> Look:
    try:
        return msgspec.convert(given, Look)
    except msgspec.ValidationError:
        return Look()


def _list(given: object) -> list[Any]:
    return given if isinstance(given, list) else []


def _one_of(given: object, known: tuple[str, ...]) -> Any:
    return given if given in known else known[0]
