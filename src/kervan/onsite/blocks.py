"""The blocks a campaign is made of: an allow-list of plain data, never markup."""

from collections.abc import Iterator
from typing import Annotated, Literal

import msgspec

Text = Annotated[str, msgspec.Meta(min_length=1, max_length=1_000)]
Short = Annotated[str, msgspec.Meta(min_length=1, max_length=120)]
Address = Annotated[str, msgspec.Meta(min_length=1, max_length=2_000)]


class _Block(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, tag_field="type"
):
    """What all blocks have in common."""


class Heading(_Block, frozen=True, tag="heading"):
    """A line in large letters; the first one names the dialog for screen readers."""

    text: Text


class Words(_Block, frozen=True, tag="text"):
    """A paragraph; line ends stay."""

    text: Text


class Image(_Block, frozen=True, tag="image"):
    """A picture. `alt` says what is to be seen, "" for one that is only decoration."""

    url: Address
    alt: Annotated[str, msgspec.Meta(max_length=300)]
    link: Annotated[str, msgspec.Meta(max_length=2_000)] = ""


class Button(_Block, frozen=True, tag="button"):
    """Leads to `url`, or closes the piece where there is none."""

    text: Short
    url: Annotated[str, msgspec.Meta(max_length=2_000)] = ""
    style: Literal["primary", "secondary"] = "primary"


class Form(_Block, frozen=True, tag="form"):
    """Asks for an e-mail address or a phone number.

    `consent` stands beside a box that is not ticked; what a visitor who ticks it agrees to is
    marketing on `channel`. Without `consent` nothing but the address is told.
    """

    field: Literal["email", "phone"]
    label: Short
    button: Short
    thanks: Text
    consent: Annotated[str, msgspec.Meta(max_length=1_000)] = ""
    channel: Literal["email", "sms", "whatsapp", "call", ""] = ""
    notice: Annotated[str, msgspec.Meta(max_length=200)] = ""


class Close(_Block, frozen=True, tag="close"):
    """Words that close the piece, such as "No, thank you"; a cross is always there."""

    text: Short


class Coupon(_Block, frozen=True, tag="coupon"):
    """A code that a visitor copies by a tap."""

    code: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
    text: Annotated[str, msgspec.Meta(max_length=200)] = ""


class Spacer(_Block, frozen=True, tag="spacer"):
    """Room between two blocks."""

    size: Literal["s", "m", "l"] = "m"


Simple = Heading | Words | Image | Button | Form | Close | Coupon | Spacer


class Columns(_Block, frozen=True, tag="columns"):
    """Blocks side by side; below each other on a phone."""

    columns: Annotated[list[list[Simple]], msgspec.Meta(min_length=2, max_length=3)]


Block = Simple | Columns
KINDS: dict[str, type[msgspec.Struct]] = {
    "heading": Heading, "text": Words, "image": Image, "button": Button, "form": Form,
    "close": Close, "coupon": Coupon, "spacer": Spacer, "columns": Columns,
}  # fmt: skip
"""Every block by the word in its `type`."""
TEMPLATES = ("text", "alt", "url", "link", "label", "button", "thanks", "consent", "code")
"""The fields that a template may stand in."""


def flat(blocks: list[Block]) -> Iterator[tuple[tuple[str, ...], Simple]]:
    """(path, block) of every block that is no columns, in reading order."""
    for number, one in enumerate(blocks):
        if isinstance(one, Columns):
            for column, inner in enumerate(one.columns):
                for row, block in enumerate(inner):
                    yield (str(number), "columns", str(column), str(row)), block
        else:
            yield (str(number),), one


def texts(blocks: list[Block]) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """(path, field, template) of everything a reader sees or follows."""
    for path, one in flat(blocks):
        for name in TEMPLATES:
            value = getattr(one, name, "")
            if value:
                yield (*path, name), name, value
