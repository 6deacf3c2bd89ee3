"""Judges each stage of the story: what the simulated people did against what was measured."""

from collections.abc import Mapping
from typing import Any

from kervan.demo.figures import INVOICES
from kervan.demo.people import Role
from kervan.demo.report import Stage
from kervan.demo.shoppers import Truth


def judge(
    truth: Truth,
    before: Mapping[str, Any],
    now: Mapping[str, Any],
    *,
    imported: int,
    met: bool,
    most_waiting: int,
) -> list[Stage]:
    """The stages of one run; `before` and `now` are the journey's figures around it."""
    did = truth.done

    def measured(name: str) -> int:
        return int(now.get(name, 0)) - int(before.get(name, 0))

    def same(key: str, expected: int) -> Stage:
        return Stage(key, expected, measured(key), expected > 0 and measured(key) == expected)

    def at_least(key: str, expected: int) -> Stage:
        return Stage(key, expected, measured(key), 0 < expected <= measured(key))

    # Everybody with a basket enters once; who unsubscribed comes back and enters once more.
    entered = did["left a basket"] + did[f"role {Role.BUYS}"] + did["unsubscribed"]
    written_after = did["written to after unsubscribing"]
    held_back = did[f"role {Role.NO_CONSENT}"] + did["left alone"]
    return [
        Stage("imported", INVOICES, imported, imported == INVOICES),
        Stage("figures", None, int(met), met),
        same("entered", entered),
        Stage("waiting", None, most_waiting, most_waiting > 0),
        same("sent", did["got mail"]),
        Stage(
            "mailbox",
            did["left a basket"] - did[f"role {Role.NO_CONSENT}"],
            did["got mail"],
            0 < did["got mail"] == did["left a basket"] - did[f"role {Role.NO_CONSENT}"],
        ),
        same("opened", did["opened"]),
        at_least("opened_by_machines", did["machine opened"]),
        same("clicked", did["clicked"]),
        at_least("clicked_by_machines", did["scanner clicked"]),
        same("bought", len(truth.orders_after_click)),
        at_least("left", did[f"role {Role.BUYS}"] + len(truth.orders_after_click)),
        same("unsubscribed", did["unsubscribed"]),
        Stage("honoured", 0, written_after, written_after == 0 < did["left alone"]),
        at_least("suppressed", held_back),
    ]
