"""Says what a test asks, as what follows “whose city”: in Turkish and Azerbaijani a participle."""

from collections.abc import Callable

from kervan.segments import tree
from kervan.segments.describe import windows
from kervan.segments.describe.write import amount, beyond, figure, quote, say
from kervan.segments.tree import Number

Write = Callable[[float], str]
"""Writes a number."""
_WHOLE = ("eq", "ne", "in", "not_in")
"""Operators whose texts are whole values."""


def amounts(currency: str, locale: str) -> Write:
    """Amounts of money."""
    return lambda number: amount(number, currency, locale)


def asked(
    one: tree.Test,
    locale: str,
    write: Write | None = None,
    called: Callable[[str], str] = quote,
    *,
    is_day: bool = False,
) -> str:
    """What a test asks; `write` writes its numbers, `called` its texts that are whole values.

    `is_day` says that nothing but a day of the year is tested.
    """
    match one:
        case tree.Number():
            return number(one, "is", locale, write)
        case tree.Text():
            said = called if one.op in _WHOLE else quote
            values = ", ".join(said(value) for value in one.values) or "–"
            return say(f"text_{one.op}", locale, values=values)
        case tree.Flag():
            return say("flag_true" if one.value else "flag_false", locale)
        case tree.Time():
            window = windows.window(one.window, locale) or say("in_the_past", locale)
            return say("time", locale, window=window)
        case tree.Yearly():
            return _yearly(one, locale, "" if is_day else say("by_day_and_month", locale))
        case tree.Known():
            return say("known", locale)
    return say("unknown", locale)


def number(one: Number, form: str, locale: str, write: Write | None = None) -> str:
    """A number test in one of three forms: `is`, `times` (how often) or `many` (how many).

    How often and how many say it where 0 is meant too and one might think otherwise.
    """
    said = _number(one, form, locale, write)
    zero = {"ne": one.value != 0, "lt": one.value > 0, "lte": one.value >= 0}.get(one.op, False)
    return say("zero_too", locale, count=said) if zero and form != "is" else said


def _number(one: Number, form: str, locale: str, write: Write | None) -> str:
    far = one.op in ("lt", "gt")
    if write is not None:
        value = write(one.value)
        form = "amount" if far else form
    else:
        value = beyond(one.value, locale) if far and form != "times" else figure(one.value, locale)
    if one.op == "between":
        high = "–" if one.high is None else (write or (lambda end: figure(end, locale)))(one.high)
        return say(f"{form}_between", locale, value=value, high=high)
    if form == "times" and one.value == 1 and one.op != "ne":
        return say(f"once_{one.op}", locale)
    return say(f"{form}_{one.op}", locale, value=value)


def _yearly(one: tree.Yearly, locale: str, by: str) -> str:
    before, after = (windows.span(tree.Span(days), locale) for days in (one.before, one.after))
    if one.before and one.after:
        return say("yearly_both", locale, by=by, before=before, after=after)
    if one.before:
        return say("yearly_before", locale, by=by, before=before)
    if one.after:
        return say("yearly_after", locale, by=by, after=after)
    return say("yearly_today", locale, by=by)
