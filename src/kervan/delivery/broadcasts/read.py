"""Reads a broadcast out of the plain data of a text, or says all that is wrong with it."""

from typing import Any

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


def read(value: object) -> Broadcast:
    """The broadcast below `broadcast:` in a text. Raises NotValid with all problems."""
    problems: list[Problem] = []
    if not isinstance(value, dict):
        raise NotValid(NOT_VALID, [Problem("delivery.broadcast_no_mapping", "")])
    rest = {name: one for name, one in value.items() if name not in ("test", "resend", "best")}
    outer = shaped(rest, Broadcast, "", _WORDS, problems)
    test = _test(value.get("test"), problems)
    resend = None
    if value.get("resend") is not None:
        resend = shaped(value["resend"], Resend, "/resend", _WORDS, problems)
    best = None
    if value.get("best") is not None:
        best = shaped(value["best"], Best, "/best", _WORDS, problems)
    if outer is not None:
        outer = msgspec.structs.replace(outer, test=test, resend=resend, best=best)
        _check(outer, value, problems)
    if problems or outer is None:
        raise NotValid(NOT_VALID, problems)
    return outer


def schema_text() -> str:
    """The schema as it stands in `docs/reference/broadcast.schema.json`. What two fields have to
    do with each other only `read` says."""
    return shapes.schema(
        Broadcast, "Kervan broadcast", "One message to everybody in a segment, once."
    )


def _test(value: Any, problems: list[Problem]) -> Test | None:
    if value is None:
        return None
    if not isinstance(value, dict):
        return shaped(value, Test, "/test", _WORDS, problems)
    rest = {name: one for name, one in value.items() if name != "variants"}
    test = shaped(rest, Test, "/test", _WORDS, problems)
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


def _check(outer: Broadcast, value: dict[str, Any], problems: list[Problem]) -> None:
    """What fields have to do with each other."""
    if bool(outer.segment) == outer.everybody:
        at = "/segment" if outer.segment else ""
        problems.append(Problem("delivery.broadcast_audience", at))
    if ("test" in value and value["test"] is not None) == bool(outer.message):
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
    if outer.local and outer.at in (NOW, BEST):
        problems.append(Problem("delivery.broadcast_local_now", "/local"))
