"""Says on a person's page who she is and what she did in short, with the source of each word."""

from typing import Any

import msgspec

from kervan.kernel import i18n
from kervan.web.api.profile import Identifier, Profile, Trait
from kervan.web.pages.forms import Forms

_CHARS = 200


def of(profile: Profile, forms: Forms) -> dict[str, Any]:
    """What the template shows: rows of (name, value, note) for identifiers, facts and traits."""
    return {
        "masked": profile.masked,
        "identifiers": [_identifier(one, forms) for one in profile.identifiers],
        "facts": [
            {"name": name, "value": value, "note": note}
            for name, value, note in _facts(profile, forms)
        ],
        "traits": [_trait(name, one, forms) for name, one in profile.traits.items()],
    }


def _identifier(one: Identifier, forms: Forms) -> dict[str, str]:
    state = "claimed" if one.claimed_only else "verified" if one.verified else "not_verified"
    note = [
        i18n.say(f"web.person_{state}", forms.locale),
        _by(one.source, one.claimed_at_ms, forms),
    ]
    return {"name": kind(one.kind, forms), "value": one.value, "note": " · ".join(note)}


def _trait(name: str, one: Trait, forms: Forms) -> dict[str, str]:
    return {"name": name, "value": said(one.value), "note": _by(one.source, one.at_ms, forms)}


def _by(source: str, at_ms: int, forms: Forms) -> str:
    day = forms.day(at_ms)
    return i18n.say("web.person_by", forms.locale, source=source, day=day) if source else day


def _facts(profile: Profile, forms: Forms) -> list[tuple[str, str, str]]:
    def say(key: str, **params: object) -> str:
        return i18n.say(f"web.person_{key}", forms.locale, **params)

    rows = []
    for one in profile.orders:
        worth = say(
            "orders_worth",
            orders=forms.number(one.orders),
            revenue=forms.money(one.revenue_minor, one.currency),
            basket=forms.money(one.basket_minor, one.currency),
        )
        rows.append((say("orders"), worth, ""))
    if profile.last_viewed:
        viewed = profile.last_viewed
        rows.append((say("viewed"), viewed.name or viewed.product_id, forms.day(viewed.at_ms)))
    if best := profile.preferred_channel:
        why = say(
            "prefers_why",
            channel=channel(best.channel, forms),
            answered=best.answered,
            sent=best.sent,
        )
        rows.append((say("prefers"), why, ""))
    rows.append((say("language"), profile.language.value, profile.language.said))
    rows.append((say("zone"), profile.time_zone.value, profile.time_zone.said))
    for seen in profile.seen:
        when = say(
            "seen_from_to",
            first=forms.day(seen.first_ms),
            last=forms.day(seen.last_ms),
            events=forms.number(seen.events),
        )
        rows.append((say("seen", channel=channel(seen.channel, forms) or "–"), when, ""))
    return rows


def kind(word: str, forms: Forms) -> str:
    """What a kind of identifier is called; an unknown one goes by its own name."""
    return _named("web.found_by_", word, forms)


def channel(word: str, forms: Forms) -> str:
    """What a channel is called; one that a shop made up goes by its own name."""
    return _named("web.channel_", word, forms)


def _named(prefix: str, word: str, forms: Forms) -> str:
    text = i18n.say(prefix + word, forms.locale)
    return word if text == prefix + word else text


def said(value: object) -> str:
    """A trait's value as a line of text."""
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return text[:_CHARS]
