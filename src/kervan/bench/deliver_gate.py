"""Bench `deliver`, its part gate: decisions a CPU second over columns, with a policy in force."""

from collections.abc import Callable

import numpy as np
import psutil

from kervan.bench.report import Figure, at_least, note, rate
from kervan.delivery.decide import Candidates, decide
from kervan.delivery.policy import where
from kervan.delivery.policy.caps import Codes, Marked, Past
from kervan.delivery.policy.pace import Paces
from kervan.delivery.policy.read import read

BENCH = "deliver"
_CANDIDATES = 200_000
_BATCH = 500
_ROUNDS = 3  # the best one counts: neighbours on the machine only ever add
_LEAST_DECISIONS = 100_000
_NOON_MS = 1_792_922_400_000  # 2026-10-25, 12:00 in Istanbul
_DAY_MS = 86_400_000
_ZONES = ("Europe/Istanbul", "Asia/Baku", "Europe/Berlin", "America/New_York", "")
_POLICY = {
    "caps": [
        {"name": "day", "most": 2, "per": "day"},
        {"name": "week", "most": 5, "per": "week"},
        {"name": "texts", "most": 4, "per": "month", "channels": ["sms"]},
        {"name": "rolling", "most": 3, "per": "day", "window": "rolling", "blocked": "hold"},
    ],
    "gaps": [{"name": "apart", "minutes": 120}],
    "quiet": [
        {"name": "night", "from": "22:00", "until": "09:00"},
        {"name": "feasts", "holidays": "TR"},
    ],
}


def figures(*, scale: int = 1, candidates: int = _CANDIDATES) -> list[Figure]:
    """Decisions a CPU second in one piece and in a sender's batches; people have had messages."""
    count = candidates * scale
    note(f"deciding {_ROUNDS} times on {count:,} messages under four caps, a gap and quiet hours")
    whole = max(_decided(count, count) for _ in range(_ROUNDS))
    batches = max(_decided(min(count, 20 * _BATCH), _BATCH) for _ in range(_ROUNDS))
    return [
        at_least(BENCH, "gate_decisions", whole, "/CPU s", _LEAST_DECISIONS),
        at_least(BENCH, "gate_decisions_in_batches", batches, "/CPU s", _LEAST_DECISIONS),
    ]


def _decided(count: int, size: int) -> float:
    made = [_columns(size) for _ in range(max(1, count // size))]
    decide(*_columns(min(size, _BATCH)))  # zones are read once
    seconds = _cpu(lambda: [decide(*one) for one in made])
    return rate(len(made) * size, seconds)


def _cpu(work: Callable[[], object]) -> float:
    mine = psutil.Process()
    before = mine.cpu_times()
    work()
    after = mine.cpu_times()
    return after.user + after.system - before.user - before.system


def _columns(count: int) -> tuple[Candidates, Paces]:
    """Candidates of four people for each five messages, in several zones; each had three before."""
    people = max(1, count * 4 // 5)
    row = np.arange(count)
    no, yes = np.zeros(count, np.bool_), np.ones(count, np.bool_)
    at = np.full(count, _NOON_MS, np.int64)
    candidates = Candidates(
        at_ms=at, not_before_ms=np.zeros(count, np.int64), expires_ms=at + _DAY_MS,
        stopped=no, cancelled=no, marketing=yes, erased=no, reachable=yes, suppressed=no,
        consent=np.zeros(count, np.uint8), healthy=yes, paused=no, frequent=no, dropped=no,
        more=no, hold_out=no, disliked=no, untrue=no, shut=no,
    )  # fmt: skip
    had = np.arange(3 * people)
    past = Past(
        (had % people).astype(np.int32), _NOON_MS - had * 7_919_000 % (30 * _DAY_MS),
        _marks(np.zeros(len(had), np.int32)),
    )  # fmt: skip
    person = (row * 7_919 % people).astype(np.int32)
    zones = where.places((_ZONES[one % len(_ZONES)], "") for one in person.tolist())
    paces = Paces(
        read(_POLICY), yes, person, zones, np.full(count, 5, np.int16),
        _marks(np.zeros(count, np.int32)), past, np.zeros(count, np.int64),
    )  # fmt: skip
    return candidates, paces


def _marks(zeros: Codes) -> Marked:
    return Marked(zeros, zeros, zeros, ("email", "sms"), ("",), ("",))
