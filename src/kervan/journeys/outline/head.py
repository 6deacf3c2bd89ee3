"""The settings of a journey's head in words: what lets people in, what ends a stay, its limits."""

from kervan.journeys import duration, match, rule
from kervan.journeys.definition import ALWAYS, Definition, Goal, Limit
from kervan.journeys.steps.step import EventMatch
from kervan.journeys.triggers.trigger import Catalogue, Date, Schedule, Trigger
from kervan.kernel import i18n


def lines(found: Definition, locale: str) -> list[tuple[str, str]]:
    """(setting, what it says) in the order in which a reader asks for them."""
    head = found.header
    said = [("trigger", trigger(head.trigger, locale)), ("reentry", _reentry(found, locale))]
    if head.per:
        said.append(("per", i18n.say("journeys.outline_per", locale, property=head.per)))
    said += [("exit_on", event(one, locale)) for one in head.exit_on]
    if head.exit_when is not None:
        said.append(("exit_when", rule.describe(head.exit_when, locale)))
    if head.goal is not None:
        said.append(("goal", _goal(head.goal, locale)))
    if head.limit is not None:
        said.append(("limit", _limit(head.limit, locale)))
    if head.hold_out:
        share = _percent(head.hold_out)
        said.append(("hold_out", i18n.say("journeys.outline_percent", locale, share=share)))
    said += [(name, one) for name in ("starts", "ends") if (one := getattr(head, name))]
    said.append(("priority", str(head.priority)))
    return said


def trigger(of: Trigger, locale: str) -> str:
    """What lets people in."""
    if of.segment_entered or of.segment_left:
        word = "entered" if of.segment_entered else "left"
        segment = of.segment_entered or of.segment_left
        return i18n.say(f"journeys.outline_segment_{word}", locale, segment=segment)
    if of.schedule is not None:
        return _schedule(of.schedule, locale)
    if of.date is not None:
        return _date(of.date, locale)
    if of.called:
        return i18n.say("journeys.outline_called", locale)
    if of.catalogue is not None:
        return _catalogue(of.catalogue, locale)
    if of.message is not None:
        words = ", ".join(of.message.keywords)
        return i18n.say("journeys.outline_message", locale, words=words)
    return event(of, locale)


def event(of: EventMatch, locale: str) -> str:
    """An event and its conditions."""
    said = i18n.say("journeys.outline_event", locale, event=of.event)
    return f"{said} · {match.describe(of.where, locale)}" if of.where else said


def _reentry(found: Definition, locale: str) -> str:
    if found.reentry_ms is None:
        return i18n.say("journeys.outline_reentry_never", locale)
    if found.reentry_ms == ALWAYS:
        return i18n.say("journeys.outline_reentry_always", locale)
    if not found.reentry_ms:
        return i18n.say("journeys.outline_reentry_after_exit", locale)
    length = duration.describe(found.reentry_ms, locale)
    return i18n.say("journeys.outline_reentry_after", locale, length=length)


def _goal(of: Goal, locale: str) -> str:
    length = duration.describe(int(of.within), locale)
    return i18n.say("journeys.outline_goal", locale, event=event(of, locale), length=length)


def _limit(of: Limit, locale: str) -> str:
    said = []
    if of.total is not None:
        said.append(i18n.say("journeys.outline_limit_total", locale, count=of.total))
    if of.count is not None and of.within is not None:
        length = duration.describe(int(of.within), locale)
        said.append(i18n.say("journeys.outline_limit_rate", locale, count=of.count, length=length))
    return ", ".join(said)


def _schedule(of: Schedule, locale: str) -> str:
    days = ", ".join(str(one) for one in of.on) or "–"
    when = {"time": of.once, "cron": of.cron, "at": of.at, "days": days}
    kind = of.every or ("once" if of.once else "cron")
    said = i18n.say(f"journeys.outline_every_{kind}", locale, **when)
    return i18n.say("journeys.outline_schedule", locale, segment=of.segment, when=said)


def _date(of: Date, locale: str) -> str:
    way = "on" if not of.days else "before" if of.days < 0 else "after"
    facts = {"field": of.field, "days": abs(of.days), "at": of.at}
    return i18n.say(f"journeys.outline_date_{way}", locale, **facts)


def _catalogue(of: Catalogue, locale: str) -> str:
    length = duration.describe(int(of.looked), locale)
    facts = {"share": _percent(of.by), "length": length}
    return i18n.say(f"journeys.outline_{of.change}", locale, **facts)


def _percent(share: float) -> str:
    return f"{share * 100:g}"
