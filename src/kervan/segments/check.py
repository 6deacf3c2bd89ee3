"""Says what makes no sense in a rule tree whose parts have their shape."""

from collections.abc import Callable
from typing import Any

import msgspec

from kervan.consent.packs import PURPOSES
from kervan.profiles.traits import is_personal
from kervan.segments import tree
from kervan.segments.check_values import CHECKS as VALUES
from kervan.segments.check_values import begins_after, test_of_fact
from kervan.segments.facts import FACTS, SCORE, sort_of
from kervan.segments.problem import Path, Problem, Problems

TEXT_COLUMNS = ("@name", "@channel", "@currency", "@order")
NUMBER_COLUMNS = ("@value",)
COLUMNS = TEXT_COLUMNS + NUMBER_COLUMNS
_KNOWN = (tree.Known, tree.Unknown)
_NUMBERS = (tree.Number, *_KNOWN)
_TEXTS = (tree.Text, *_KNOWN)
_PROPERTIES = (tree.Number, tree.Text, tree.Flag, *_KNOWN)
_FITTING: dict[type, tuple[type, ...]] = {
    tree.Count: (tree.Number,),
    tree.Days: (tree.Number,),
    tree.Distinct: (tree.Number,),
    tree.Money: (tree.Number,),
    tree.Sum: _NUMBERS,
    tree.Average: _NUMBERS,
    tree.Least: _NUMBERS,
    tree.Most: _NUMBERS,
    tree.Earliest: _PROPERTIES,
    tree.Latest: _PROPERTIES,
}


def check(node: tree.Node, at_ms: int | None = None) -> list[Problem]:
    """All that makes no sense in a tree that is built already, as `parse` would say it."""
    problems = Problems()
    open_: list[tuple[Any, Path]] = [(node, ())]
    while open_:
        one, at = open_.pop()
        if isinstance(one, msgspec.Struct):
            part(one, at, problems, at_ms)
            fields = [(getattr(one, name), (*at, name)) for name in one.__struct_fields__]
            open_ += reversed(fields)
        elif isinstance(one, tuple):
            open_ += reversed([(each, (*at, i)) for i, each in enumerate(one)])
    return problems.found


def part(one: msgspec.Struct, at: Path, problems: Problems, at_ms: int | None) -> None:
    """Note what makes no sense in this part itself, those inside it aside.

    With `at_ms` that includes windows of events that begin after it.
    """
    if (look := VALUES.get(type(one))) is not None:
        look(one, at, problems)
    if (see := _PARTS.get(type(one))) is not None:
        see(one, at, problems)
    if at_ms is not None:
        _future(one, at, problems, at_ms)


def _future(one: msgspec.Struct, at: Path, problems: Problems, at_ms: int) -> None:
    places: list[tuple[object, Path]] = []
    if isinstance(one, tree.Event | tree.Messages | tree.Sequence):
        places.append((one.window, (*at, "window")))
    test = getattr(one, "test", None)
    if isinstance(test, tree.Time) and isinstance(one, tree.Event | tree.Fact):
        places.append((test.window, (*at, "test", "window")))
    for window, place in places:
        if isinstance(window, tree.Between) and begins_after(window, at_ms):
            problems.say((*place, "start"), "window_in_future", start=window.start)


def _fits(
    test: msgspec.Struct, fitting: tuple[type, ...], name: str, at: Path, problems: Problems
) -> None:
    if not isinstance(test, fitting):
        known = ", ".join(one.__name__.lower() for one in fitting)
        kind = type(test).__name__.lower()
        problems.say((*at, "test"), "test_misfit", test=kind, name=name, known=known)


def _no_next(window: msgspec.Struct, at: Path, problems: Problems) -> None:
    if isinstance(window, tree.Next):
        problems.say(at, "next_of_events")


def _names(names: tuple[str, ...], at: Path, problems: Problems) -> None:
    if not names:
        problems.say(at, "no_events")
    for i, name in enumerate(names):
        if not name.strip():
            problems.say((*at, i), "text_empty")
        elif name in names[:i]:
            problems.say((*at, i), "entry_twice", word=name)


def _key(key: str | None, at: Path, problems: Problems) -> None:
    if key is not None and not key.strip():
        problems.say(at, "text_empty")


def _path(path: str, columns: tuple[str, ...], at: Path, problems: Problems) -> None:
    """A path of keys with dots between, or one of these columns."""
    if path.startswith("@"):
        if path not in columns:
            problems.unknown(at, "column", path, columns)
    elif not path or not all(path.split(".")):
        problems.say(at, "bad_path", property=path)


# Leaves -------------------------------------------------------------------------------------------


def _trait(one: tree.Trait, at: Path, problems: Problems) -> None:
    place = (*at, "trait")
    if not one.trait or not all(one.trait.split(".")):
        problems.say(place, "bad_path", property=one.trait)
    elif is_personal(one.trait) or is_personal(one.trait.split(".")[0]):
        low = one.trait.lower()
        day = "birth" in low or "doğum" in low or "dogum" in low
        problems.say(place, "trait_birthday" if day else "trait_personal", trait=one.trait)


def _fact(one: tree.Fact, at: Path, problems: Problems) -> None:
    sort = sort_of(one.fact)
    if sort is None:
        problems.unknown((*at, "fact"), "fact", one.fact, [*FACTS, f"{SCORE}…"])
        return
    fitting = {
        "number": _NUMBERS,
        "text": _TEXTS,
        "time": (tree.Time, tree.Yearly, *_KNOWN),
        "day": (tree.Yearly, *_KNOWN),
    }
    _fits(one.test, fitting[sort], one.fact, at, problems)
    test_of_fact(one, at, problems)


def _consent(one: tree.Consent, at: Path, problems: Problems) -> None:
    if one.purpose not in PURPOSES:
        problems.unknown((*at, "purpose"), "purpose", one.purpose, PURPOSES)


def _event(one: tree.Event, at: Path, problems: Problems) -> None:
    _names(one.events, (*at, "events"), problems)
    _no_next(one.window, (*at, "window"), problems)
    measure, path = one.measure, getattr(one.measure, "property", None)
    fitting = _FITTING[type(measure)]
    if path is not None:
        columns: tuple[str, ...] = NUMBER_COLUMNS if fitting is _NUMBERS else COLUMNS
        if isinstance(measure, tree.Earliest | tree.Latest):
            columns = (*COLUMNS, "@at")
            if path == "@at":
                fitting = (tree.Time, *_KNOWN)
            elif path in COLUMNS:
                fitting = _TEXTS if path in TEXT_COLUMNS else _NUMBERS
        _path(path, columns, (*at, "measure", "property"), problems)
    _fits(one.test, fitting, type(measure).__name__.lower(), at, problems)
    if path == "@at" and isinstance(one.test, tree.Time):
        _no_next(one.test.window, (*at, "test", "window"), problems)


def _stage(one: tree.Stage, at: Path, problems: Problems) -> None:
    _names(one.events, (*at, "events"), problems)


def _sequence(one: tree.Sequence, at: Path, problems: Problems) -> None:
    if not one.stages:
        problems.say((*at, "stages"), "list_empty")
    elif one.stages[0].within is not None:
        problems.say((*at, "stages", 0, "within"), "within_of_first")
    if one.then_not is not None and one.then_not.within is None:
        problems.say((*at, "then_not"), "within_missing")


def _since(one: tree.Since, at: Path, problems: Problems) -> None:
    _names(one.events, (*at, "events"), problems)


def _messages(one: tree.Messages, at: Path, problems: Problems) -> None:
    _no_next(one.window, (*at, "window"), problems)
    _key(one.journey, (*at, "journey"), problems)
    if one.what == "ignored" and one.window != tree.Ever():
        problems.say((*at, "window"), "ignored_window")


def _journey(one: tree.Journey, at: Path, problems: Problems) -> None:
    _key(one.journey, (*at, "journey"), problems)


def _member(one: tree.Member, at: Path, problems: Problems) -> None:
    _key(one.segment, (*at, "segment"), problems)


def _filter(one: tree.Filter, at: Path, problems: Problems) -> None:
    _path(one.property, COLUMNS, (*at, "property"), problems)
    fitting: tuple[type, ...] = _PROPERTIES
    if one.property in COLUMNS:
        fitting = _TEXTS if one.property in TEXT_COLUMNS else _NUMBERS
    _fits(one.test, fitting, one.property, at, problems)


_PARTS: dict[type, Callable[[Any, Path, Problems], None]] = {
    tree.Trait: _trait,
    tree.Fact: _fact,
    tree.Consent: _consent,
    tree.Event: _event,
    tree.Stage: _stage,
    tree.Sequence: _sequence,
    tree.Since: _since,
    tree.Messages: _messages,
    tree.Journey: _journey,
    tree.Member: _member,
    tree.Filter: _filter,
}
