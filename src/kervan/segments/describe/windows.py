"""Says which time a window is, as a part that tells when: in the last 90 days, geçen ay."""

from babel.dates import get_day_names

from kervan.segments import tree
from kervan.segments.describe.write import figure, moment, say


def span(one: tree.Span, locale: str) -> str:
    """90 days."""
    return _units(one.amount, one.unit, locale)


def _units(count: int, unit: str, locale: str, *, form: str = "unit") -> str:
    key = f"{form}_{unit}" if count == 1 else f"{form}_{unit}s"
    return say(key, locale, count=figure(count, locale))


def window(one: tree.Window, locale: str) -> str:
    """When; "" for all time. Other events since which it may be are `since`."""
    match one:
        case tree.Last():
            return _last(one, locale)
        case tree.Next():
            return say("next", locale, span=span(one.span, locale))
        case tree.Calendar():
            return _calendar(one, locale)
        case tree.Between():
            return _between(one, locale)
    return ""


def _last(one: tree.Last, locale: str) -> str:
    if one.span is None and one.skip is None:
        return say("last_of_nothing", locale)
    if one.span is None or one.skip is None:
        if one.skip is not None:
            return say("ago", locale, skip=span(one.skip, locale))
        assert one.span is not None
        within = _units(one.span.amount, one.span.unit, locale, form="within")
        return say("last", locale, span=within)
    return say("last_skip", locale, span=span(one.span, locale), skip=span(one.skip, locale))


def _calendar(one: tree.Calendar, locale: str) -> str:
    if one.count == 1 and one.back in (0, 1):
        return say(f"{'previous' if one.back else 'this'}_{one.unit}", locale)
    if one.count == 1:
        back = _units(one.back, one.unit, locale, form="calendar")
        return say("calendar_ago", locale, back=back)
    count = _units(one.count, one.unit, locale, form="calendar_within")
    if one.back == 0:
        this = say(f"this_{one.unit}", locale)
        return say("calendar_with_this", locale, this=this, count=count)
    if one.back == 1:
        this = say(f"before_this_{one.unit}", locale)
        return say("calendar_before_this", locale, this=this, count=count)
    back = _units(one.back, one.unit, locale, form="calendar")
    return say("calendar_back", locale, back=back, count=count)


def _between(one: tree.Between, locale: str) -> str:
    start, start_is_day = moment(one.start, locale)
    end, end_is_day = moment(one.end, locale)
    if one.end is None:
        return say("from_day" if start_is_day else "from_instant", locale, start=start)
    if one.start is None:
        return say("until_day" if end_is_day else "until_instant", locale, end=end)
    return say("between", locale, start=start, end=end)


def clock(one: tree.Clock, locale: str) -> str:
    """On a Saturday or Sunday between 18:00 and 23:00, local time."""
    names = get_day_names("wide", "format", locale)
    days = ""
    if one.weekdays:
        shown = [names[day - 1] if 1 <= day <= 7 else f"[{day}]" for day in one.weekdays]
        if locale == "tr":
            shown = [name.lower() for name in shown]
        days = say("weekdays", locale, days=f" {say('or', locale)} ".join(shown))
    hours = ""
    if one.from_hour or one.to_hour:
        ends = {"start": f"{one.from_hour:02}:00", "end": f"{one.to_hour:02}:00"}
        hours = say("hours", locale, **ends)
    elif not days:
        return say("any_hour", locale)
    return say("clock", locale, days=days, hours=hours)
