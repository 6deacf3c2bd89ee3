"""Tells how a shadow stands, in Turkish, Azerbaijani or English."""

from datetime import datetime

from kervan.journeys.rehearse import tell as reports
from kervan.journeys.shadow.store import Shadow
from kervan.kernel import i18n


def head(one: Shadow, at: datetime, locale: str) -> str:
    """How it stands, in a sentence or three."""
    facts: dict[str, object] = {
        "key": one.key, "since": _moment(one.since), "until": _moment(one.until),
    }  # fmt: skip
    lines = [i18n.say(f"journeys.shadow_{one.state(at)}", locale, **facts)]
    if one.problem:
        lines.append(i18n.say("journeys.shadow_problem", locale, code=one.problem))
    if one.good_until is not None:
        good: dict[str, object] = {
            "good_until": _moment(one.good_until), "seconds": f"{one.took_ms / 1_000:g}",
        }  # fmt: skip
        lines.append(i18n.say("journeys.shadow_good", locale, **good))
    elif not one.problem:
        lines.append(i18n.say("journeys.shadow_not_yet", locale))
    return "\n".join(lines)


def tell(one: Shadow, at: datetime, locale: str) -> str:
    """How it stands, and its last report."""
    told = one.told()
    parts = [head(one, at, locale)]
    if told is not None:
        parts += ["", reports.tell(told, locale)]
    return "\n".join(parts)


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")
