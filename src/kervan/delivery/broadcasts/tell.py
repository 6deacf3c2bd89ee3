"""Tells how a broadcast stands: as data for programs, as lines for people."""

from typing import Any

from kervan.delivery.broadcasts.count import Counts, Progress
from kervan.delivery.broadcasts.store import Kept
from kervan.delivery.broadcasts.winner import Winner
from kervan.delivery.states import State
from kervan.kernel import i18n

SHOWN = tuple(one for one in State if one is not State.SENDING)
"""The states that are counted; what is in a sender's hands is told beside them."""


def told(kept: Kept, now: Progress, *, stopped: bool) -> dict[str, Any]:
    """How it stands, as plain data."""
    names = {one.name: one.message for one in kept.wanted.variants}
    return {
        "key": kept.key,
        "status": kept.status,
        "stopped": stopped,
        "phase": kept.phase,
        "problem": kept.problem,
        "starts_at": kept.starts_at,
        "frozen_at": kept.frozen_at,
        "finished_at": kept.finished_at,
        "audience": now.audience,
        "unplanned": now.unplanned,
        "sending": now.sending,
        "in_doubt": now.in_doubt,
        "first": of(now.first),
        "again": of(now.again),
        "variants": [
            {"name": name, "message": names.get(name, ""), **of(counts)}
            for name, counts in now.arms.items()
        ],
        "winner": won(kept, kept.winner) if kept.winner else None,
    }


def of(counts: Counts) -> dict[str, Any]:
    """Counts as plain data: every state is there, and every reason and fact that was seen."""
    return {
        "planned": counts.planned,
        "reached": counts.reached,
        "final": counts.final,
        "states": {one.name.lower(): counts.states[one] for one in SHOWN},
        "reasons": dict(sorted((+counts.reasons).items())),
        "facts": dict(sorted((+counts.facts).items())),
    }


def won(kept: Kept, winner: Winner) -> dict[str, Any]:
    """The winner: "" is each variant by its weight."""
    names = [one.name for one in kept.wanted.variants]
    return {
        "variant": names[winner.arm] if winner.arm >= 0 else "",
        "rule": winner.rule,
        "why": winner.why,
        "confidence": round(winner.confidence, 4),
        "tallies": [
            {"name": one.name, "reached": one.reached, "reacted": one.reacted,
             "rate": round(one.rate, 6)}
            for one in winner.tallies
        ],
    }  # fmt: skip


def line(kept: Kept, now: Progress, locale: str) -> str:
    """One broadcast in one line."""
    facts: dict[str, object] = {
        "name": kept.wanted.name, "key": kept.key, "audience": now.audience,
        "status": i18n.say(f"delivery.broadcast_status_{kept.status}", locale),
        "unplanned": now.unplanned, "queued": now.first.states[State.QUEUED],
        "reached": now.first.reached, "final": now.first.final,
    }  # fmt: skip
    return i18n.say("delivery.broadcast_line", locale, **facts)


def lines(kept: Kept, now: Progress, locale: str, *, stopped: bool) -> list[str]:
    """The same with its variants, the reasons of what was not sent, and the winner."""
    found = [line(kept, now, locale)]
    if stopped:
        found.append(i18n.say("delivery.broadcast_stopped", locale))
    if kept.problem:
        found.append(i18n.say("delivery.broadcast_problem", locale, what=kept.problem))
    if len(now.arms) > 1:
        found += [_arm("broadcast_arm_line", name, one, locale) for name, one in now.arms.items()]
    if now.again.planned:
        found.append(_arm("broadcast_again_line", "", now.again, locale))
    found += [
        f"  {count} × {i18n.say(code, locale)}"
        for code, count in (now.first.reasons + now.again.reasons).most_common()
    ]
    if kept.winner is not None:
        found.append("  " + _won(kept, kept.winner, locale))
    return found


def _arm(word: str, name: str, one: Counts, locale: str) -> str:
    facts: dict[str, object] = {
        "planned": one.planned, "reached": one.reached, "clicked": one.facts["clicked"],
        "queued": one.states[State.QUEUED],
    }  # fmt: skip
    return i18n.say(f"delivery.{word}", locale, arm=name, **facts)


def _won(kept: Kept, winner: Winner, locale: str) -> str:
    word = "better" if winner.rule == "better" else winner.why
    arm = won(kept, winner)["variant"] or i18n.say("delivery.broadcast_each", locale)
    confidence = f"{winner.confidence * 100:.1f}"
    return i18n.say(f"delivery.broadcast_won_{word}", locale, arm=arm, confidence=confidence)
