"""Says what a message is: one intent, and its fields for each channel and language."""

import re
from typing import Any, Literal

import msgspec

from kervan.content.compile import EmailSource
from kervan.content.messages.problem import MessageNotValid, Problem, pointer
from kervan.content.texts import kinds
from kervan.content.texts.compile import Language, TextSource

EMAIL = "email"
EMAIL_FIELDS = ("subject", "mjml", "preheader", "text", "from_name", "from_email", "reply_to")
CHANNELS = (EMAIL, *kinds.CHANNELS)
RESERVED = frozenset({"preview", "blocks"})
"""Words that stand in the place of a key in addresses."""
KEY = r"^[a-z0-9][a-z0-9_-]{0,62}$"
NAME_CHARS = 200
_KEY = re.compile(KEY)
_PLACE = re.compile(r"^(?P<what>.*) - at `\$(?P<path>.*)`$")
_STEP = re.compile(r"\.?([^.\[\]]+)|\[\.\.\.\]")


class Definition(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A message as its author writes it.

    `intent` says in a sentence what it is to bring about. `variants` are
    {channel: {language: {field: template}}}; an e-mail's fields are subject, mjml, preheader, text,
    from_name, from_email and reply_to, those of other channels stand in texts/kinds.py. `language`
    is for readers whose own is not there. `topic` and `brand` say what consent it needs.
    `link_hosts` are the hosts (with all below them) that an address taken from data may lead to;
    `utm` is written into every tracked link.
    """

    key: str
    name: str
    variants: dict[str, dict[Language, dict[str, str]]]
    intent: str = ""
    purpose: Literal["marketing", "transactional"] = "marketing"
    topic: str = ""
    brand: str = ""
    language: Language | Literal[""] = ""
    link_hosts: list[str] = []
    utm: dict[str, str] = {}


def read(value: object) -> Definition:
    """What stands below `message:` in a text, as plain data. Raises MessageNotValid."""
    try:
        found = msgspec.convert(value, Definition)
    except msgspec.ValidationError as error:
        what, path = _place(str(error))
        problem = Problem("content.message_shape", path, {"reason": what})
        raise MessageNotValid([problem]) from None
    problems = _problems(found)
    if problems:
        raise MessageNotValid(problems)
    return found


def _place(said: str) -> tuple[str, str]:
    """(what msgspec says, the place it says it of, as a JSON pointer)."""
    found = _PLACE.match(said)
    if found is None:
        return said[:300], ""
    steps = [one[1] for one in _STEP.finditer(found["path"]) if one[1]]
    return found["what"][:300], pointer(*steps)


def _problems(message: Definition) -> list[Problem]:
    found = []
    if not _KEY.match(message.key) or message.key in RESERVED:
        found.append(Problem("content.message_key", "/key", {"given": message.key[:80]}))
    for field, given in (("name", message.name), ("intent", message.intent)):
        sound = len(given) <= NAME_CHARS and given.isprintable()
        if not sound or (field == "name" and not given.strip()):
            facts: dict[str, object] = {"field": field, "limit": NAME_CHARS}
            found.append(Problem("content.message_name", f"/{field}", facts))
    if not message.variants:
        found.append(Problem("content.message_empty", "/variants", {"known": ", ".join(CHANNELS)}))
    for channel, languages in message.variants.items():
        path = pointer("variants", channel)
        if channel not in CHANNELS:
            facts = {"channel": channel[:40], "known": ", ".join(CHANNELS)}
            found.append(Problem("content.channel_unknown", path, facts))
        elif not languages:
            found.append(Problem("content.language_missing", path, {"language": "tr, az, en"}))
    return found


Source = EmailSource | TextSource


def sources(message: Definition) -> dict[tuple[str, str], Source]:
    """The template of each (channel, language); texts hold all their languages under "".

    Raises MessageNotValid for a field of an e-mail that there is not.
    """
    found: dict[tuple[str, str], Source] = {}
    problems = []
    common: dict[str, Any] = {
        name: getattr(message, name) for name in ("purpose", "topic", "brand", "link_hosts", "utm")
    }
    for channel, languages in message.variants.items():
        if channel != EMAIL:
            default = message.language if message.language in languages else ""
            found[channel, ""] = TextSource(channel, languages, default, **common)
            continue
        for language, fields in languages.items():
            path = pointer("variants", channel, language)
            wrong = [one for one in fields if one not in EMAIL_FIELDS]
            wrong += [one for one in ("subject", "mjml") if one not in fields]
            if wrong:
                facts: dict[str, object]
                facts = {"part": f"{language}.{wrong[0][:40]}", "known": ", ".join(EMAIL_FIELDS)}
                problems.append(Problem("content.email_field", path, facts))
            else:
                whole: dict[str, Any] = {**fields, **common, "language": language}
                found[channel, language] = EmailSource(**whole)
    if problems:
        raise MessageNotValid(problems)
    return found
