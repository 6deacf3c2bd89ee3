"""Says what a campaign on the site is: a text that is applied and kept in versions."""

import re
from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec

from kervan.content.texts.compile import Language
from kervan.kernel.shaped import NotValid, Problem, shaped, shown
from kervan.onsite.blocks import KINDS, Block

Kind = Literal["popup", "banner", "slide_in", "embedded"]
KEY = r"^[a-z0-9][a-z0-9_-]{0,62}$"
COLOUR = r"^#[0-9a-f]{6}$"
NAME_CHARS = 200
MAX_BYTES = 60_000
"""Of one version: a rules file with every campaign is read by every page."""
_KEY = re.compile(KEY)
NOT_VALID = "onsite.not_valid"
_WORDS = "onsite.text"

Percent = Annotated[int, msgspec.Meta(ge=1, le=100)]
Count = Annotated[int, msgspec.Meta(ge=1, le=1_000)]
Days = Annotated[int, msgspec.Meta(ge=0, le=3_650)]
Colour = Annotated[str, msgspec.Meta(pattern=COLOUR)]
Blocks = dict[Language, list[Block]]


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What all parts have in common: what nobody knows is refused."""


class Triggers(_Part, frozen=True):
    """When a piece appears. All conditions must hold, and one of the moments must have come.

    Conditions: `urls` (one of these; `*` stands for anything; a text that begins with / is a path),
    `not_urls`, `device`, `basket_min` and `basket_max` in the site's currency, `pages` seen in this
    visit. Moments: `seconds` on the page, `scroll_percent`, `exit_intent`, `event` told by the
    page; without any, at once.
    """

    urls: list[str] = []
    not_urls: list[str] = []
    device: Literal["phone", "desktop", ""] = ""
    basket_min: Annotated[float, msgspec.Meta(ge=0)] | None = None
    basket_max: Annotated[float, msgspec.Meta(ge=0)] | None = None
    pages: Count = 1
    seconds: Annotated[int, msgspec.Meta(ge=0, le=3_600)] | None = None
    scroll_percent: Percent | None = None
    exit_intent: bool = False
    event: Annotated[str, msgspec.Meta(max_length=200)] = ""


class Often(_Part, frozen=True):
    """At most `times` within `days`; 0 days are for ever."""

    times: Count
    days: Days = 0


class Frequency(_Part, frozen=True):
    """How often somebody sees it. `device` is counted in the browser, `person` by Kervan.

    Without `device` a popup or slide-in comes once a day, a banner or an embedded piece is there
    on every page. Who closed it does not see it for `after_close_days`; who converted never again,
    unless `after_conversion`.
    """

    device: Often | None = None
    person: Often | None = None
    after_close_days: Days = 7
    after_conversion: bool = False


class Goal(_Part, frozen=True):
    """The event that counts as a conversion, within `hours` of having seen the piece."""

    event: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    hours: Annotated[int, msgspec.Meta(ge=1, le=2_160)] = 168


class Look(_Part, frozen=True):
    """Colours and corners; whatever is not said follows the snippet's own style."""

    background: Colour = "#ffffff"
    text: Colour = "#1c2024"
    accent: Colour = "#1f4fd8"
    on_accent: Colour = "#ffffff"
    radius: Annotated[int, msgspec.Meta(ge=0, le=32)] = 12


class Variant(_Part, frozen=True):
    """One of the texts that are compared. One without blocks shows nothing: the hold-out."""

    key: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9_-]{1,40}$")]
    weight: Annotated[int, msgspec.Meta(ge=1, le=1_000)] = 1
    blocks: Blocks = {}


class Campaign(_Part, frozen=True):
    """A piece on the site as its author writes it.

    `blocks` are {language: blocks}; several texts are `variants` instead. `audience` is the key of
    a segment: only a visitor whom the site has proved to be a person in it sees the piece. `place`
    is where: top or bottom for a banner, left or right for a slide-in; `slot` names the element an
    embedded piece goes into (`data-kervan-slot`). Marketing waits for the visitor's consent, unless
    `before_consent`: then it appears on each page anew, and nothing is stored.
    """

    key: str
    name: str
    kind: Kind
    blocks: Blocks = {}
    variants: Annotated[list[Variant], msgspec.Meta(max_length=8)] = []
    triggers: Triggers = Triggers()
    frequency: Frequency = Frequency()
    purpose: Literal["marketing", "service"] = "marketing"
    before_consent: bool = False
    audience: str = ""
    goal: Goal | None = None
    start: datetime | None = msgspec.field(default=None, name="from")
    until: datetime | None = None
    brand: str = ""
    priority: Annotated[int, msgspec.Meta(ge=0, le=1_000)] = 0
    language: Language | Literal[""] = ""
    link_hosts: list[str] = []
    place: Literal["top", "bottom", "left", "right", ""] = ""
    slot: Annotated[str, msgspec.Meta(max_length=60)] = ""
    look: Look = Look()

    @property
    def texts(self) -> list[Variant]:
        """The variants; blocks alone are the only variant, `a`."""
        return self.variants or [Variant("a", 1, self.blocks)]


_PARTS: dict[str, type[_Part]] = {
    "triggers": Triggers, "frequency": Frequency, "goal": Goal, "look": Look,
}  # fmt: skip


def read(value: object) -> Campaign:
    """The campaign below `onsite:` in a text, as plain data. Raises NotValid with all problems.

    What it says is sound by itself; whether it may go live says `check`.
    """
    problems: list[Problem] = []
    if not isinstance(value, dict):
        raise NotValid(NOT_VALID, [Problem("onsite.text_no_mapping", "")])
    rest = dict(value)
    _blocks(rest, "", problems)
    variants = rest.get("variants")
    if isinstance(variants, list):
        rest["variants"] = [dict(one) if isinstance(one, dict) else one for one in variants]
        for place, one in enumerate(rest["variants"]):
            if isinstance(one, dict):
                _blocks(one, f"/variants/{place}", problems)
    for name, kind in _PARTS.items():
        if name in rest and shaped(rest[name], kind, f"/{name}", _WORDS, problems) is None:
            del rest[name]
    for name in ("key", "name", "kind"):
        if name not in rest:
            problems.append(Problem(f"{_WORDS}_missing", "", {"field": name}))
            rest[name] = "popup"
    found = shaped(rest, Campaign, "", _WORDS, problems)
    if found is not None:
        problems += _problems(found)
    if problems or found is None:
        raise NotValid(NOT_VALID, problems)
    return found


def _blocks(part: dict[str, Any], path: str, problems: list[Problem]) -> None:
    """Judge each block of `part` alone; the bad ones are taken out of it and told."""
    given = part.get("blocks")
    if not isinstance(given, dict):
        return
    kept: dict[Any, Any] = {}
    for language, listed in given.items():
        if not isinstance(listed, list):
            kept[language] = listed
            continue
        kept[language] = []
        for place, one in enumerate(listed):
            at = f"{path}/blocks/{language}/{place}"
            kind = KINDS.get(str(one.get("type"))) if isinstance(one, dict) else None
            if kind is None:
                given_kind = one.get("type") if isinstance(one, dict) else one
                facts = {"given": shown(given_kind), "what": ", ".join(KINDS)}
                problems.append(Problem(f"{_WORDS}_block", at, facts))
            elif shaped(one, kind, at, _WORDS, problems) is not None:
                kept[language].append(one)
    part["blocks"] = kept


def _problems(found: Campaign) -> list[Problem]:
    problems = []
    if not _KEY.match(found.key):
        problems.append(Problem("onsite.text_key", "/key", {"given": shown(found.key)}))
    name = found.name
    if not name.strip() or len(name) > NAME_CHARS or not name.isprintable():
        problems.append(Problem("onsite.text_name", "/name", {"limit": NAME_CHARS}))
    if len(msgspec.json.encode(found)) > MAX_BYTES:
        problems.append(Problem("onsite.text_too_large", "", {"limit": MAX_BYTES}))
    return problems
