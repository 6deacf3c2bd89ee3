"""No part of a condition is left out: whatever is changed in it, its sentence changes."""

import random
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from kervan.kernel.i18n import LOCALES
from kervan.segments import tree
from kervan.segments.check import check
from kervan.segments.describe import describe
from tests.unit.segments.random_trees import Trees

WORDS = {
    "op": ("eq", "ne", "lt", "lte", "gt", "gte", "in", "not_in", "contains", "starts_with",
           "ends_with", "matches"),
    "unit": ("minute", "hour", "day", "week", "month", "quarter", "year"),
    "channel": ("email", "sms", "call", "whatsapp", "push"),
    "state": ("has_address", "verified", "suppressed", "reachable", "granted", "refused",
              "expired", "not_asked", "inside", "left", "entered", "never"),
    "what": ("sent", "delivered", "opened", "clicked", "ignored"),
    "how": ("sum", "average", "most"),
    "currency": ("TRY", "USD", "CAD", "JPY"),
    "fact": ("language", "country", "zone", "rfm_group", "life_cycle", "engagement", "rfm",
             "rfm_recency", "rfm_frequency", "rfm_monetary", "score.a", "score.b"),
    "start": ("2026-01-01", "2026-01-02", "2026-01-01T10:00:00Z", "2026-01-01T10:00:01Z"),
    "purpose": ("marketing", "profiling", "ads_matching", "service", "transfer_abroad"),
    "kind": ("sum", "average", "least", "most", "distinct", "earliest", "latest", "count", "days",
             "all", "any", "none", "known", "unknown", "ever"),
}  # fmt: skip
WORDS["end"] = WORDS["start"]


def changed(value: Any, key: str = "") -> Iterator[Any]:
    """`value` with one thing in it changed, in each way."""
    if isinstance(value, dict):
        for name, one in value.items():
            for other in changed(one, name):
                yield {**value, name: other}
    elif isinstance(value, tuple):
        for i, one in enumerate(value):
            yield (*value[:i], *value[i + 1 :])
            yield (*value[:i], one, one, *value[i + 1 :])
            for other in changed(one, key if key in WORDS else ""):
                yield (*value[:i], other, *value[i + 1 :])
    elif isinstance(value, bool):
        yield not value
    elif isinstance(value, int | float):
        yield from (value + 1, value - 1, value + 0.5, -value)
    elif isinstance(value, str):
        yield from WORDS.get(key, (f"{value}q", f"{value}”", value[:-1]))


def of(*nodes: tree.Node) -> list[tree.Node]:
    """These, and with all that can be left out."""
    filters = (tree.Filter("a", tree.Known()), tree.Filter("b", tree.Text("eq", ("c",))))
    since = tree.Since(("Z",), filters, first=True)
    rich = (("X", "Product Viewed"), filters, filters[:1], since, tree.Clock((1, 3), 4, 9), True)
    stages = (tree.Stage(("X",), filters, filters), tree.Stage(("Y",), filters, filters))
    spans = (tree.Span(70, "hour"), tree.Span(2))
    wait = tree.Stage(("W",), filters, filters, spans[1])
    windows: tuple[tree.Window, ...] = (
        tree.Last(*spans), tree.Last(tree.Span(3), spans[1]), tree.Last(None, spans[1]),
        tree.Calendar("day", 3, 3), tree.Calendar("week", 1, 3), tree.Calendar("month", 0, 3),
        tree.Last(tree.Span(2, "week")), tree.Last(None, tree.Span(2, "week")),
        tree.Calendar("year", 3), tree.Between("2026-01-01", "2026-03-01"), tree.Last(spans[0]),
        tree.Between("2026-01-01T10:00:00Z"), tree.Between(None, "2026-01-01"), tree.Last(spans[1]),
    )  # fmt: skip
    measures: list[tuple[tree.Measure, tree.Test]] = [
        (tree.Count(), tree.Number("gte", 2)), (tree.Count(), tree.Number("eq", 0)),
        (tree.Count(), tree.Number("between", 2, 4)), (tree.Days(), tree.Number("between", 2, 4)),
        (tree.Sum("p"), tree.Number("between", 2, 4)), (tree.Money("TRY"), tree.Number("gt", 4)),
        (tree.Latest("p"), tree.Text("in", ("x", "y"))), (tree.Sum("p"), tree.Known()),
        (tree.Least("p"), tree.Unknown()),
        *((tree.Latest("p"), tree.Text(op, ("x",))) for op in ("eq", "contains", "matches")),
        (tree.Latest("@at"), tree.Time(windows[1])), (tree.Earliest("@at"), tree.Time(windows[0])),
        (tree.Earliest("p"), tree.Flag(value=True)),
    ]  # fmt: skip
    found = [*nodes, tree.Sequence(stages, wait, windows[1])]
    found += [tree.Event(*rich, *measure) for measure in measures]
    found += [tree.Event(("X",), window=window) for window in windows]
    found += [tree.Sequence(stages[:1], wait, window) for window in (windows[1], windows[3])]
    return found


NODES = of(
    tree.All((tree.Member("a"), tree.Any((tree.Member("b"), tree.Nothing((tree.Member("c"),)))))),
    tree.All((tree.Member("a"), tree.Member("b"), tree.Member("c"))),
    tree.Nothing((tree.Member("a"), tree.Member("b"))),
    tree.Any((tree.Member("a"),)),
    tree.Trait("a", tree.Yearly(3, 4)), tree.Trait("a", tree.Yearly(3)),
    tree.Trait("a", tree.Yearly(0, 4)), tree.Trait("a", tree.Time(tree.Next(tree.Span(3)))),
    tree.Fact("birthday", tree.Yearly(3, 4)), tree.Fact("score.a", tree.Known()),
    tree.Reach("email", "verified"), tree.Consent("email", "expired", "service", "t", "b"),
    tree.Messages("opened", "sms", "j", tree.Last(tree.Span(3)), tree.Number("gte", 2)),
    tree.Messages("ignored", "sms", "j"), tree.Journey("j", "left"), tree.Share(20.0, 10.0, "s"),
)  # fmt: skip


@pytest.mark.parametrize("locale", LOCALES)
def test_whatever_is_changed_changes_the_sentence(locale: str) -> None:
    trees = Trees(random.Random(7), ["2026-01-01", "2026-03-29T00:59:59Z", "2026-11-01"])
    changes = 0
    for node in [*NODES, *(trees.leaf() for _ in range(50))]:
        said, body = describe(node, locale), msgspec.to_builtins(node)
        for other in changed(body):
            try:
                one = msgspec.convert(other, tree.Node)
            except msgspec.ValidationError:
                continue
            if one != node and not check(one):
                changes += 1
                assert describe(one, locale) != said, one
    assert changes > 2_000
