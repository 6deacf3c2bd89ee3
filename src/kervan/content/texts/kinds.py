"""Says which fields a message of each channel has, and what each of them may hold."""

import enum
from dataclasses import dataclass

from kervan.kernel.errors import KervanError


class Kind(enum.Enum):
    """What a field holds; it decides how values are written into it."""

    TEXT = "text"
    """Words on several lines."""
    LINE = "line"
    """Words on one line: all white space in a row becomes one blank."""
    WORD = "word"
    """A name for machines, such as a template's: one line without blanks."""
    URL = "url"
    """Where a tap leads: an http(s) address, tracked."""
    APP_URL = "app_url"
    """Like `URL`, or an address that an app opens, whose scheme the author wrote."""
    MEDIA = "media"
    """The http(s) address of a picture, film or file; it is fetched, so it is not tracked."""
    JSON = "json"
    """Any JSON; values are written as JSON and cannot leave their place."""
    OBJECT = "object"
    """JSON whose outermost is an object."""


JSON_KINDS = (Kind.JSON, Kind.OBJECT)


@dataclass(frozen=True, slots=True)
class Field:
    """One field: `limit` is how many characters a rendered one may have.

    `links` says that readers can follow addresses in it: they are tracked, and values bring none
    in. A `numbered` field is written `name_1`, `name_2` and so on, without a gap. One with a
    `language_of` names the language of that field: the variant's own, where the author wrote none.
    """

    name: str
    kind: Kind
    limit: int
    required: bool = False
    links: bool = False
    numbered: bool = False
    language_of: str = ""


@dataclass(frozen=True, slots=True)
class Channel:
    """The fields of a channel, of which at least one of `either` is needed.

    `end` is the field that a marketing message's way to refuse is written into, "" for a channel
    whose own program has one.
    """

    fields: tuple[Field, ...]
    either: tuple[str, ...] = ()
    end: str = ""

    def field(self, name: str) -> Field | None:
        """The field called `name` (`parameter_3` for a numbered one), or None."""
        stem, _, number = name.rpartition("_")
        counted = number.isascii() and number.isdigit() and number[0] != "0"
        for one in self.fields:
            if one.numbered and one.name == stem and counted and int(number) <= MAX_NUMBERED:
                return one
            if not one.numbered and one.name == name:
                return one
        return None

    @property
    def names(self) -> list[str]:
        """All names, for whoever wrote another one."""
        return [f"{one.name}_1" if one.numbered else one.name for one in self.fields]


MAX_NUMBERED = 20
_NOTICE = (
    Field("title", Kind.LINE, 200),
    Field("body", Kind.TEXT, 2_000),
    Field("image", Kind.MEDIA, 2_000),
    # APNs and FCM take the whole of a notification in 4096 bytes.
    Field("data", Kind.OBJECT, 4_000),
    # apns-collapse-id has at most 64 bytes.
    Field("collapse", Kind.WORD, 64),
)
_SCRIPT = (Field("script", Kind.TEXT, 8_000, required=True), Field("reason", Kind.LINE, 500))
CHANNELS: dict[str, Channel] = {
    # Ten parts of a concatenated SMS; what it costs is said where it is written.
    "sms": Channel((Field("text", Kind.TEXT, 1_530, required=True, links=True),), end="text"),
    "push": Channel(
        (*_NOTICE, Field("url", Kind.APP_URL, 2_000), Field("icon", Kind.WORD, 200)),
        either=("title", "body"),
    ),
    "web_push": Channel(
        (*_NOTICE, Field("url", Kind.URL, 2_000), Field("icon", Kind.MEDIA, 2_000)),
        either=("title", "body"),
    ),
    "inbox": Channel(
        (*_NOTICE[:3], Field("url", Kind.URL, 2_000)),
        either=("title", "body"),
    ),
    "whatsapp": Channel(
        (
            Field("text", Kind.TEXT, 4_096, links=True),
            Field("template", Kind.WORD, 512),
            Field("template_language", Kind.WORD, 15, language_of="template"),
            # Cloud API: a body parameter has at most 1024 characters and no line ends.
            Field("parameter", Kind.LINE, 1_024, links=True, numbered=True),
            Field("header_media_url", Kind.MEDIA, 2_000),
            Field("button", Kind.LINE, 2_000, numbered=True),
        ),
        either=("text", "template"),
        end="text",
    ),
    "telegram": Channel(
        (
            Field("text", Kind.TEXT, 4_096, required=True, links=True),
            # "What it says|https://where.it/leads", a row of its own each.
            Field("button", Kind.LINE, 2_000, numbered=True),
        ),
        end="text",
    ),
    # The Send API counts bytes of UTF-8; a text that is too long for it fails when it is sent.
    "instagram": Channel((Field("text", Kind.TEXT, 1_000, required=True, links=True),), end="text"),
    "messenger": Channel((Field("text", Kind.TEXT, 2_000, required=True, links=True),), end="text"),
    "webhook": Channel((
        Field("body", Kind.JSON, 200_000, required=True),
        Field("event", Kind.WORD, 200),
    )),
    # When she is best called, in her own time: "18:00-20:00".
    "call": Channel((*_SCRIPT, Field("best_time", Kind.WORD, 11))),
    # Whose list it is on; without it that of her own store.
    "store": Channel((*_SCRIPT, Field("store", Kind.LINE, 100))),
}  # fmt: skip


def channel(name: str) -> Channel:
    """The channel called `name`. Raises content.channel_unknown."""
    found = CHANNELS.get(name)
    if found is None:
        known = ", ".join(CHANNELS)
        raise KervanError("content.channel_unknown", channel=name[:40], known=known)
    return found


def check(name: str, language: str, written: dict[str, str]) -> None:
    """Whether `written` ({field: template} in one language) may be a message of channel `name`.

    A field of blanks only counts as none. Raises content.field_unknown, content.field_missing,
    content.fields_gap and content.source_too_long, with the field as `part`.
    """
    known = channel(name)
    there = {one for one, text in written.items() if text.strip()}
    for one, text in written.items():
        field = known.field(one)
        part = f"{language}.{one}"
        if field is None:
            raise KervanError("content.field_unknown", part=part[:80], known=", ".join(known.names))
        # A template may well be longer than what it says, but not beyond measure.
        if len(text) > (limit := 10 * field.limit):
            raise KervanError("content.source_too_long", part=part, limit=limit)
    missing = [one.name for one in known.fields if one.required and one.name not in there]
    if known.either and not there & {*known.either}:
        missing.append(" / ".join(known.either))
    if missing:
        part = f"{language}.{missing[0]}"
        raise KervanError("content.field_missing", part=part, channel=name, field=missing[0])
    for one in there:
        stem, _, number = one.rpartition("_")
        if known.field(one) is not None and number.isdigit() and int(number) > 1:
            before = f"{stem}_{int(number) - 1}"
            if before not in there:
                raise KervanError("content.fields_gap", part=f"{language}.{one}", field=before)
