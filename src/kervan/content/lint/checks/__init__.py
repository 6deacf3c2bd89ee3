"""The checks there are; a new one is a file beside these and its name in the list."""

from kervan.content.lint.check import Check
from kervan.content.lint.checks import (
    address,
    addresses,
    capitals,
    colours,
    contrast,
    emoji,
    fonts,
    heads,
    leftovers,
    lines,
    logo,
    pictures,
    refusal,
    senders,
    size,
    sms,
    spam,
    tone,
)

CHECKS: tuple[Check, ...] = (
    lines.CHECK, leftovers.CHECK, refusal.CHECK, addresses.CHECK, contrast.CHECK, pictures.CHECK,
    size.CHECK, sms.CHECK, heads.CHECK, tone.CHECK, address.CHECK, spam.CHECK, capitals.CHECK,
    emoji.CHECK, colours.CHECK, fonts.CHECK, senders.CHECK, logo.CHECK,
)  # fmt: skip
