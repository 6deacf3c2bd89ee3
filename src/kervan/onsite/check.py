"""Examines a campaign: what keeps it from going live, and what its author should look at again."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from kervan.content.messages.fallbacks import bare
from kervan.content.parse import parse
from kervan.kernel.errors import KervanError
from kervan.kernel.shaped import NotValid, Problem, shown
from kervan.onsite import addresses
from kervan.onsite.blocks import Block, Form, Heading, Image, flat, texts
from kervan.onsite.definition import NOT_VALID, Campaign
from kervan.onsite.personal import ADDRESSES, is_template

_CONTRAST = 4.5
"""WCAG 2.2, success criterion 1.4.3: of text in ordinary size."""
_PLACES = {"banner": ("top", "bottom"), "slide_in": ("left", "right")}
_CHANNELS = {"email": ("email",), "phone": ("sms", "whatsapp", "call")}


def examine(campaign: Campaign) -> list[Problem]:
    """What should be looked at again. Raises NotValid with everything that must be mended."""
    hosts = frozenset(one.lower() for one in campaign.link_hosts)
    problems = [*_whole(campaign)]
    for path, blocks in _languages(campaign):
        problems += _of_texts(path, blocks, hosts)
        problems += _of_blocks(campaign, path, blocks, hosts)
    if problems:
        raise NotValid(NOT_VALID, problems)
    return [*_warnings(campaign)]


def _languages(campaign: Campaign) -> Iterator[tuple[str, list[Block]]]:
    """(path, blocks) of every language of every variant."""
    for place, variant in enumerate(campaign.variants):
        for language, blocks in variant.blocks.items():
            yield f"/variants/{place}/blocks/{language}", blocks
    for language, blocks in campaign.blocks.items():
        yield f"/blocks/{language}", blocks


def _whole(one: Campaign) -> Iterator[Problem]:
    """What the parts of a campaign have to do with each other."""
    if bool(one.blocks) == bool(one.variants):
        yield Problem("onsite.text_blocks", "/blocks")
    if one.variants and not any(variant.blocks for variant in one.variants):
        yield Problem("onsite.text_nothing_shown", "/variants")
    keys = [variant.key for variant in one.variants]
    for place, key in enumerate(keys):
        if key in keys[:place]:
            yield Problem("onsite.text_variant_twice", f"/variants/{place}/key", {"key": key})
    spoken = {frozenset(variant.blocks) for variant in one.variants if variant.blocks}
    if len(spoken) > 1:
        yield Problem("onsite.text_languages", "/variants")
    if one.language and not all(one.language in variant.blocks for variant in one.texts
                                if variant.blocks):  # fmt: skip
        facts = {"given": one.language, "what": "tr, az, en"}
        yield Problem("onsite.text_unfit", "/language", facts)
    places = _PLACES.get(one.kind, ())
    if one.place and one.place not in places:
        facts = {"given": one.place, "what": ", ".join(places) or "—"}
        yield Problem("onsite.text_unfit", "/place", facts)
    if bool(one.slot) != (one.kind == "embedded"):
        yield Problem("onsite.text_slot", "/slot")
    for name, at in (("from", one.start), ("until", one.until)):
        if at is not None and at.tzinfo is None:
            yield Problem("onsite.text_no_zone", f"/{name}", {"given": at.isoformat()})
    if _is_naive(one) is False and one.start and one.until and one.start >= one.until:
        yield Problem("onsite.text_never", "/until")
    yield from _triggers(one)


def _is_naive(one: Campaign) -> bool:
    return any(at is not None and at.tzinfo is None for at in (one.start, one.until))


def _triggers(one: Campaign) -> Iterator[Problem]:
    least, most = one.triggers.basket_min, one.triggers.basket_max
    if least is not None and most is not None and least > most:
        yield Problem("onsite.text_basket", "/triggers/basket_max")
    for name in ("urls", "not_urls"):
        for place, pattern in enumerate(getattr(one.triggers, name)):
            if len(pattern) > 500 or not pattern.startswith(("/", "http://", "https://", "*")):
                facts = {"given": shown(pattern), "what": "/…, https://…, *"}
                yield Problem("onsite.text_unfit", f"/triggers/{name}/{place}", facts)


def _of_texts(path: str, blocks: list[Block], hosts: frozenset[str]) -> Iterator[Problem]:
    for steps, name, text in texts(blocks):
        at = "/".join((path, *steps))
        if is_template(text):
            yield from _template(at, text)
        elif name in ADDRESSES and not _leads(text, hosts, name, blocks, steps):
            yield Problem("onsite.text_link", at, {"url": shown(text)})


def _leads(
    url: str, hosts: frozenset[str], name: str, blocks: list[Block], steps: tuple[str, ...]
) -> bool:
    fetched = any(
        path == steps[:-1] and isinstance(block, Image) and name == "url"
        for path, block in flat(blocks)
    )
    return addresses.sound(url, hosts, fetched=fetched)


def _template(at: str, text: str) -> Iterator[Problem]:
    try:
        needed = bare(parse(text, at.rpartition("/")[2]))
    except KervanError as error:
        yield Problem(error.code, at, error.params)
        return
    for one in needed:
        facts = {"name": one.name, "line": one.line, "part": at.rpartition("/")[2]}
        yield Problem("content.fallback_needed", at, facts)


def _of_blocks(
    campaign: Campaign, path: str, blocks: list[Block], hosts: frozenset[str]
) -> Iterator[Problem]:
    if not blocks:
        yield Problem("onsite.text_empty", path)
    named = any(isinstance(one, Heading) for _, one in flat(blocks))
    if campaign.kind in ("popup", "slide_in") and blocks and not named:
        yield Problem("onsite.text_heading", path)
    for steps, one in flat(blocks):
        at = "/".join((path, *steps))
        if isinstance(one, Image) and one.url.startswith("http:") and not _is_here(one.url):
            yield Problem("onsite.text_image_plain", f"{at}/url")
        if isinstance(one, Form):
            if one.channel and one.channel not in _CHANNELS[one.field]:
                facts = {"given": one.channel, "what": ", ".join(_CHANNELS[one.field])}
                yield Problem("onsite.text_unfit", f"{at}/channel", facts)
            if bool(one.consent) != bool(one.channel):
                yield Problem("onsite.text_form", at)


def _is_here(url: str) -> bool:
    """Whether a picture lies on the visitor's own machine: on a trial, and no browser minds."""
    return urlsplit(url).hostname in ("localhost", "127.0.0.1", "::1")


def _warnings(one: Campaign) -> Iterator[Problem]:
    look = one.look
    for name, behind, before in (
        ("text", look.background, look.text), ("on_accent", look.accent, look.on_accent),
    ):  # fmt: skip
        ratio = contrast(behind, before)
        if ratio < _CONTRAST:
            facts = {"ratio": f"{ratio:.1f}", "least": _CONTRAST}
            yield Problem("onsite.text_contrast", f"/look/{name}", facts)
    if len(one.variants) > 1 and one.goal is None:
        yield Problem("onsite.text_no_goal", "/goal")
    for path, blocks in _languages(one):
        for steps, block in flat(blocks):
            if isinstance(block, Form) and not block.consent and one.purpose == "marketing":
                yield Problem("onsite.text_no_consent", "/".join((path, *steps)))


def contrast(one: str, other: str) -> float:
    """How two colours (#rrggbb) stand out from each other, 1 to 21 (WCAG 2.2, contrast ratio)."""
    light = sorted((_luminance(one), _luminance(other)))
    return (light[1] + 0.05) / (light[0] + 0.05)


def _luminance(colour: str) -> float:
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
