"""Says in plain values what the page of an address shows."""

from datetime import date, datetime
from typing import Any

from babel.dates import format_date

from kervan.consent import preferences
from kervan.consent.preferences import FREQUENCIES
from kervan.kernel import clock
from kervan.kernel.postgres import Connection
from kervan.web import mask
from kervan.web.pages.forms import NAMES, Forms
from kervan.web.pages.preferences.change import topic_is_on
from kervan.web.pages.preferences.visitor import KINDS, Visitor


def facts(conn: Connection, who: Visitor, forms: Forms, at: datetime) -> dict[str, Any]:
    """What preferences.html wants: channels, topics, frequencies, languages, pause, known."""
    choices = who.choices
    language = choices.language or who.person.locale
    return {
        "address": covered(who, who.own.kind, who.own.value),
        "channels": [_channel(who, one, forms, at) for one in who.shown()],
        "topics": [
            {
                "key": one.key,
                "name": one.names.get(forms.locale) or one.key,
                "on": topic_is_on(who, one.key),
            }
            for one in preferences.topics(conn)
        ],
        "frequencies": [
            {
                "value": f"{most}-{days}",
                "key": f"web.preferences_often_{most}_{days}",
                "on": (most, days) == (choices.most, choices.most_days),
            }
            for most, days in FREQUENCIES
        ],
        "chosen_languages": [
            {"code": code, "name": name, "on": code == language} for code, name in NAMES.items()
        ],
        "paused": choices.paused(at),
        "paused_until": (_long(choices.paused_until, forms) if choices.paused(at) else ""),
        "any_on": any(who.is_on(one, at) for one in who.shown()),
        "known": _known(who, forms),
    }


def _channel(who: Visitor, channel: str, forms: Forms, at: datetime) -> dict[str, Any]:
    point, word = who.point_of(channel), who.word(channel)
    assert point is not None
    on = who.is_on(channel, at)
    since = ""
    if word is not None and word.status != "pending":
        since = _long(word.occurred_at, forms)
    return {
        "key": channel,
        "address": covered(who, point.kind, point.value),
        "on": on,
        "since": since,
        "fixed": not on and not who.may_agree(channel),
    }


def covered(who: Visitor, kind: int, value: str) -> str:
    """An address as somebody who was forwarded the mail may see it."""
    return mask.email(value) if KINDS[kind] == "email" else mask.phone(value)


def _known(who: Visitor, forms: Forms) -> list[tuple[str, str]]:
    """(key of the label, value): the few things a reader of the mail may see of her data."""
    rows = [("web.preferences_known_name", mask.name(who.person.first_name))]
    rows += [
        (f"web.preferences_known_{KINDS[one.kind]}", covered(who, one.kind, one.value))
        for one in who.points
    ]
    agreed = [one for one in who.words if not one.topic and one.status == "granted"]
    if agreed:
        first = min(one.occurred_at for one in agreed)
        rows.append(("web.preferences_known_since", _long(first, forms)))
    return [(key, value) for key, value in rows if value and value != "***"]


def _long(at: datetime | None, forms: Forms) -> str:
    if at is None:
        return ""
    local = clock.from_ms(clock.to_ms(at)).astimezone(forms.zone)
    return format_date(local.date(), "long", locale=forms.locale)


def day(text: str, forms: Forms) -> str:
    """A date of ours (2026-12-22) in long form; "" for anything else."""
    try:
        return format_date(date.fromisoformat(text), "long", locale=forms.locale)
    except ValueError:
        return ""
