"""Reads a broadcast out of the plain data of a text, or says all that is wrong with it."""

from typing import Any, TypeVar

import msgspec

from kervan.content.messages.definition import CHANNELS
from kervan.delivery.broadcasts.definition import (
    MOST_VARIANTS,
    RESEND,
    Best,
    Broadcast,
    Resend,
    Test,
    Variant,
)
from kervan.delivery.broadcasts.schedule import BEST, NOW, clock_time
from kervan.kernel import shaped as shapes
from kervan.kernel.shaped import NotValid, Problem, shaped, shown

NOT_VALID = "delivery.broadcast_not_valid"
_WORDS = "delivery.broadcast"
_STANDS_IN: dict[str, object] = {"key": "x", "name": "x", "after_hours": 1}
"""In the place of what must be there, while the rest is looked at."""
_Part = TypeVar("_Part", bound=msgspec.Struct)


def read(value: object) -> Broadcast:
    """The broadcast below `broadcast:` in a text. Raises NotValid with all problems."""
    problems: list[Problem] = []
    if not isinstance(value, dict):
        raise NotValid(NOT_VALID, [Problem("delivery.broadcast_no_mapping", "")])
    rest = {name: one for name, one in value.items() if name not in ("test", "resend", "best")}
    outer, dropped = _whole(rest, Broadcast, "", problems)
    test = _test(value.get("test"), problems)
    resend = None
    if value.get("resend") is not None:
        resend, _ = _whole(value["resend"], Resend, "/resend", problems)
    best = None
    if value.get("best") is not None:
        best, _ = _whole(value["best"], Best, "/best", problems)
    if outer is not None:
        outer = msgspec.structs.replace(outer, test=test, resend=resend, best=best)
        _check(outer, value, dropped, problems)
    if problems or outer is None:
        raise NotValid(NOT_VALID, problems)
    return outer


def schema_text() -> str:
    """The schema as it stands in `docs/reference/broadcast.schema.json`. What two fields have to
    do with each other only `read` says."""
    return shapes.schema(
        Broadcast, "Kervan broadcast", "One message to everybody in a segment, once."
    )


def _whole(
    value: Any, kind: type[_Part], path: str, problems: list[Problem]
) -> tuple[_Part | None, set[str]]:
    """`value` as a `kind`, with each field that cannot be said and left out, so that the next one
    is said too; and the fields that were."""
    dropped: set[str] = set()
    if not isinstance(value, dict):
        return shaped(value, kind, path, _WORDS, problems), dropped
    fields = {one.encode_name: one for one in msgspec.structs.fields(kind)}
    given = dict(value)
    while (found := shaped(given, kind, path, _WORDS, problems)) is None:
        said = problems[-1]
        inside = said.path.removeprefix(path).split("/")[1:]
        name = inside[0] if inside else str(said.params.get("field", ""))
        unknown = set(given) - set(fields)
        if unknown and not inside and name not in fields:
            told = {one for one in unknown if str(one) == name} or unknown
            given = {one: given[one] for one in given if one not in told}
            continue
        if name not in fields or name in dropped:
            return None, dropped
        given.pop(name, None)
        dropped.add(name)
        if fields[name].required:
            given[name] = _STANDS_IN[name]
    return found, dropped


def _test(value: Any, problems: list[Problem]) -> Test | None:
    if value is None:
        return None
    if not isinstance(value, dict):
        return shaped(value, Test, "/test", _WORDS, problems)
    rest = {name: one for name, one in value.items() if name != "variants"}
    test, _ = _whole(rest, Test, "/test", problems)
    given = value.get("variants", [])
    if not isinstance(given, list | tuple) or not 2 <= len(given) <= MOST_VARIANTS:
        facts = {"most": MOST_VARIANTS}
        problems.append(Problem("delivery.broadcast_variants", "/test", facts))
        return test
    made = [
        shaped(one, Variant, f"/test/variants/{place}", _WORDS, problems)
        for place, one in enumerate(given)
    ]
    names = {RESEND}
    for place, one in enumerate(made):
        if one is not None and one.name in names:
            facts_of = {"name": one.name}
            path = f"/test/variants/{place}/name"
            problems.append(Problem("delivery.broadcast_variant_twice", path, facts_of))
        names |= {one.name} if one else set()
    if test is None:
        return None
    if (test.metric == "conversion") != bool(test.event.strip()):
        problems.append(Problem("delivery.broadcast_metric", "/test"))
    found = tuple(one for one in made if one is not None)
    return msgspec.structs.replace(test, variants=found)


def _check(
    outer: Broadcast, value: dict[str, Any], dropped: set[str], problems: list[Problem]
) -> None:
    """What fields have to do with each other, of those that can be read."""
    if bool(outer.segment) == outer.everybody and not dropped & {"segment", "everybody"}:
        at = "/segment" if outer.segment else ""
        problems.append(Problem("delivery.broadcast_audience", at))
    tries = value.get("test") is not None
    if tries == bool(outer.message) and "message" not in dropped:
        at = "/message" if outer.message else ""
        problems.append(Problem("delivery.broadcast_one_message", at))
    for place, channel in enumerate(outer.channels):
        path = f"/channels/{place}"
        if channel not in CHANNELS:
            facts = {"given": shown(channel), "what": ", ".join(CHANNELS)}
            problems.append(Problem("delivery.broadcast_unfit", path, facts))
        elif channel in outer.channels[:place]:
            facts = {"channel": channel}
            problems.append(Problem("delivery.broadcast_channel_twice", path, facts))
    if outer.at not in (NOW, BEST):
        found = clock_time(outer.at)
        if found is None:
            problems.append(Problem("delivery.broadcast_time", "/at", {"given": shown(outer.at)}))
        elif outer.local and found.tzinfo is not None:
            problems.append(Problem("delivery.broadcast_local_offset", "/at"))
    if outer.local and outer.at in (NOW, BEST) and "at" not in dropped:
        problems.append(Problem("delivery.broadcast_local_now", "/local"))
