"""Says the conditions that ask what the person did: events, sequences, messages."""

from collections.abc import Sequence

from kervan.collect.ecommerce import NAMES
from kervan.segments import tree
from kervan.segments.check import COLUMNS
from kervan.segments.describe import windows
from kervan.segments.describe.asked import amounts, asked, number
from kervan.segments.describe.names import Names, called
from kervan.segments.describe.write import negated, quote, quote_unless_code, say
from kervan.segments.tree import Number

KNOWN = NAMES | {"Page Viewed", "Screen Viewed"}
"""Names of events that have words of their own."""
_NEVER = Number("eq", 0)


def _word(name: str) -> str:
    return name.lower().replace(" ", "_")


def _did(name: str, locale: str, *, never: bool) -> str:
    if name in KNOWN:
        did = say(f"did_{_word(name)}", locale)
    else:
        did = say("did_other", locale, event=quote(name))
    return negated(did, locale) if never else did


def did(names: Sequence[str], locale: str, *, never: bool = False) -> str:
    """What was (`never`: was not) done, one of these: (viewed a product or did “X”)."""
    each = [_did(name, locale, never=never) for name in names]
    if len(each) == 1:
        return each[0]
    return "(" + f" {say('nor' if never else 'or', locale)} ".join(each) + ")"


def _things(names: Sequence[str], locale: str) -> str:
    each = [
        say(f"their_{_word(name)}", locale)
        if name in KNOWN
        else say("their_other", locale, event=quote(name))
        for name in names
    ]
    return each[0] if len(each) == 1 else "(" + f" {say('or', locale)} ".join(each) + ")"


def _property(path: str, locale: str) -> str:
    """A property as the subject of a test: “price”, “price” değeri, para birimi."""
    if path in COLUMNS or path == "@at":
        return say(f"column_{path[1:]}", locale)
    return say("property", locale, property=quote(path))


def _bare(path: str, locale: str) -> str:
    """A property as a part of something longer: the total of “price”."""
    return say(f"bare_{path[1:]}", locale) if path in COLUMNS or path == "@at" else quote(path)


def _filters(one: tree.Event | tree.Stage | tree.Since, locale: str) -> str:
    found = []
    for kind, filters in (("where", one.where), ("lines", getattr(one, "lines", ()))):
        wanted = [
            say("filter", locale, subject=_property(each.property, locale),
                test=asked(each.test, locale))
            for each in filters
        ]  # fmt: skip
        if wanted:
            joined = f" {say('and', locale)} ".join(wanted)
            found.append(say(kind, locale, filters=joined))
    return " ".join(found)


def _when(window: tree.Window, locale: str) -> str:
    if isinstance(window, tree.Since):
        key = "since_first" if window.first else "since"
        done = did(window.events, locale)
        return say(key, locale, did=done, where=_filters(window, locale))
    return windows.window(window, locale)


def event(one: tree.Event, locale: str) -> str:
    """Who placed an order at least 2 times in the last 90 days."""
    counted = isinstance(one.measure, tree.Count | tree.Days) and isinstance(one.test, Number)
    about = {
        "where": _filters(one, locale),
        "when": _when(one.window, locale),
        "clock": windows.clock(one.clock, locale) if one.clock is not None else "",
        "once": say("each_order_once", locale) if one.once else "",
    }
    if not counted:
        subject = _measure(one, locale, about)
        currency = one.measure.currency if isinstance(one.measure, tree.Money) else ""
        write = amounts(currency, locale) if currency else None
        return say("whose", locale, subject=subject, test=asked(one.test, locale, write))
    assert isinstance(one.test, Number)
    if isinstance(one.measure, tree.Days):
        many = number(one.test, "many", locale)
        times = say("on_days", locale, many=many)
    elif one.test == _NEVER:
        return say("never_did", locale, did=did(one.events, locale, never=True), **about)
    else:
        times = number(one.test, "times", locale)
    return say("did", locale, did=did(one.events, locale), times=times, **about)


def _measure(one: tree.Event, locale: str, about: dict[str, str]) -> str:
    """The total of “price” over their orders in the last 90 days."""
    measure = one.measure
    things = say("things", locale, things=_things(one.events, locale), **about)
    if isinstance(measure, tree.Money):
        # A test of a number names the currency itself.
        named = isinstance(one.test, Number)
        currency = "" if named else f"({quote_unless_code(measure.currency)})"
        return say(f"money_{measure.how}", locale, things=things, currency=currency)
    name = type(measure).__name__.lower()
    path = getattr(measure, "property", "")
    if isinstance(measure, tree.Earliest | tree.Latest):
        if path == "@at":
            return say(f"measure_{name}_at", locale, things=things)
        return say(f"measure_{name}", locale, things=things, property=_property(path, locale))
    if isinstance(measure, tree.Count | tree.Days):
        return say(f"measure_{name}", locale, things=things)
    return say(f"measure_{name}", locale, things=things, property=_bare(path, locale))


def sequence(one: tree.Sequence, locale: str) -> str:
    """Who first viewed a product, then within 2 hours added one to the basket."""
    parts = []
    for i, stage in enumerate(one.stages):
        within = _within(stage, "within", locale)
        facts = {"did": did(stage.events, locale), "where": _filters(stage, locale)}
        if i == 0:
            when = windows.window(one.window, locale)
            parts.append(say("first", locale, **facts, when=when, within=within))
        else:
            parts.append(say("then", locale, **facts, within=within))
    if not one.stages:
        parts.append(say("first_nothing", locale, when=windows.window(one.window, locale)))
    if one.then_not is not None:
        done = did(one.then_not.events, locale, never=True)
        where = _filters(one.then_not, locale)
        within = _within(one.then_not, "within_not", locale)
        parts.append(say("then_not", locale, did=done, where=where, within=within))
    return say("who_in_turn", locale, parts=", ".join(parts))


def _within(stage: tree.Stage, key: str, locale: str) -> str:
    if stage.within is None:
        return ""
    return say(key, locale, span=windows.span(stage.within, locale))


def messages(one: tree.Messages, locale: str, names: Names) -> str:
    """Who opened an e-mail at least 3 times in the last 30 days."""
    message = say(f"message_{one.channel or 'any'}", locale)
    journey = ""
    if one.journey is not None:
        journey = say("of_journey", locale, journey=called(one.journey, names.journeys))
    never = one.test == _NEVER
    facts = {
        "message": message,
        "journey": journey,
        "when": _when(one.window, locale),
        "never": say("never", locale) if never else "",
        "times": "" if never else number(one.test, "times", locale),
    }
    said = say(f"message_{one.what}", locale, **facts)
    return negated(said, locale) if never else said
