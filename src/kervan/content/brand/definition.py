"""Says what a brand guide is: how a brand looks and speaks, and the lines that must stand."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from kervan.content.texts.compile import Language

LINE_CHARS = 200
MOST = 200
Severity = Literal["error", "warning", "off"]
Address = Literal["formal", "informal"]
Purpose = Literal["marketing", "transactional"]

Word = Annotated[str, Meta(max_length=LINE_CHARS)]
Named = Annotated[str, Meta(min_length=1, max_length=LINE_CHARS)]
Colour = Annotated[
    str, Meta(pattern=r"^#([0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})$", examples=["#1c1c1c", "#fff"])
]
Law = Annotated[str, Meta(pattern=r"^([A-Z]{2})?$", examples=["TR", "AZ", "EU"])]
Key = Annotated[str, Meta(max_length=60)]
Lines = Annotated[tuple["Line", ...], Meta(max_length=MOST)]


class Logo(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The picture that every e-mail shows, and what stands for it where pictures are off."""

    url: Named
    alt: Word = ""


class Sender(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A name that may speak; of e-mail with its address, of a phone its header or number."""

    name: Named
    address: Word = ""


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Words of one language: `use` are the brand's own, `avoid` are {word: what to say instead}.

    A word is meant with its endings: "ucuz" also stands for "ucuza" and "ucuzdur".
    """

    use: Annotated[tuple[Word, ...], Meta(max_length=MOST)] = ()
    avoid: Annotated[dict[Named, Word], Meta(max_length=MOST)] = {}


class Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A line that must stand in messages, such as a legal one, in each language.

    `law` is that of a place (TR, AZ, EU), "" everywhere; no `channels` or `purposes` mean all.
    """

    name: Named
    says: dict[Language, Named]
    law: Law = ""
    channels: Annotated[tuple[Word, ...], Meta(max_length=20)] = ()
    purposes: tuple[Purpose, ...] = ()


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Numbers that checks go by. Gmail hides what comes after about 102 kB of HTML."""

    html_kb: Annotated[int, Meta(ge=1, le=500)] = 102
    subject_chars: Annotated[int, Meta(ge=10, le=400)] = 60
    sms_parts: Annotated[int, Meta(ge=1, le=10)] = 3
    emoji: Annotated[int, Meta(ge=0, le=50)] = 3
    contrast: Annotated[float, Meta(ge=1, le=21)] = 4.5
    """WCAG 2.2, 1.4.3: 4.5 for text, 3 for large text."""


class Guide(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A brand guide as its author writes it; `key` is the brand, "" the whole workspace.

    What a brand leaves empty is the workspace's; lines of both count. `colours` are {role: #rrggbb}
    and `senders` {channel: names}; an empty one allows any. `checks` are {check: severity}, where
    the workspace wants another than the usual one.
    """

    name: Named
    key: Key = ""
    colours: Annotated[dict[Named, Colour], Meta(max_length=MOST)] = {}
    fonts: Annotated[tuple[Named, ...], Meta(max_length=MOST)] = ()
    logo: Logo | None = None
    senders: Annotated[dict[Named, tuple[Sender, ...]], Meta(max_length=20)] = {}
    address: dict[Language, Address] = {}
    words: dict[Language, Words] = {}
    lines: Lines = ()
    limits: Limits = Limits()
    checks: dict[Named, Severity] = {}


NONE = Guide("–")
"""The guide of a workspace that wrote none: everything is allowed, the usual limits stand."""


def of(known: dict[str, Guide], brand: str) -> Guide:
    """What a message of `brand` is held against: the brand's guide over the workspace's."""
    whole = known.get("", NONE)
    own = known.get(brand)
    if not brand or own is None:
        return whole
    return msgspec.structs.replace(
        own,
        colours=own.colours or whole.colours,
        fonts=own.fonts or whole.fonts,
        logo=own.logo or whole.logo,
        senders={**whole.senders, **own.senders},
        address={**whole.address, **own.address},
        words={**whole.words, **own.words},
        lines=(*whole.lines, *own.lines),
        limits=own.limits if own.limits != Limits() else whole.limits,
        checks={**whole.checks, **own.checks},
    )
