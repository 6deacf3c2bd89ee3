"""Applies a policy to columns of messages: quiet hours first, then caps and gaps."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from kervan.delivery.policy import caps
from kervan.delivery.policy.caps import Asking, Flags, Limit, Marked, Paced, Past
from kervan.delivery.policy.definition import Blocked, Cap, Gap, Policy, Quiet, Rule
from kervan.delivery.policy.quiet import NEVER_MS, quiet_until, week_of
from kervan.delivery.policy.where import Codes, Instants, Places

Does = npt.NDArray[np.uint8]
HOLD, NEXT, SKIP = 0, 1, 2
_DOES: dict[Blocked, int] = {"hold": HOLD, "next": NEXT, "skip": SKIP}


@dataclass(frozen=True)
class Paces:
    """A policy and what it must know of each row.

    `governed` are those whose class it does not skip, `person` codes of whole profiles, `spread_ms`
    by how much a release of each is put off, so that not all leave at once.
    """

    policy: Policy
    governed: Flags
    person: Codes
    places: Places
    priority: npt.NDArray[np.int16]
    marks: Marked
    past: Past
    spread_ms: Instants

    @cached_property
    def limits(self) -> tuple[Limit, ...]:
        """Caps, then gaps."""
        return (*self.policy.caps, *self.policy.gaps)

    @cached_property
    def quiet_applies(self) -> npt.NDArray[np.bool_]:
        """[row, rule]: which quiet rules are about which message."""
        rules = self.policy.quiet
        found = np.zeros((len(self.person), len(rules)), np.bool_)
        for place, rule in enumerate(rules):
            mine = self.governed & caps.scope(rule, self.marks)
            if rule.passes_from_priority is not None:
                mine &= self.priority < rule.passes_from_priority
            found[:, place] = mine
        return found

    @cached_property
    def quiet_kinds(self) -> list[tuple[npt.NDArray[np.bool_], Flags]]:
        """(which quiet rules, the rows about which these are and no others), but for none."""
        applies = self.quiet_applies
        if not applies.any():
            return []
        if (applies == applies[0]).all():  # the rule; to look for kinds is far dearer
            return [(applies[0], np.ones(len(applies), np.bool_))]
        kinds, kind_of = np.unique(applies, axis=0, return_inverse=True)
        return [(kind, kind_of.ravel() == i) for i, kind in enumerate(kinds) if kind.any()]


def quiet(paces: Paces, at_ms: Instants, asks: Flags | None = None) -> tuple[Instants, Codes]:
    """(free from when, the first rule that is quiet at that time or -1) of each row at `at_ms`.

    Of rows that do not ask nothing is said.
    """
    free, by = at_ms.copy(), np.full(len(at_ms), -1, np.int32)
    asking = at_ms != NEVER_MS if asks is None else asks & (at_ms != NEVER_MS)
    for kind, alike in paces.quiet_kinds:
        rows = np.flatnonzero(alike & asking)
        if not len(rows):
            continue
        rules = [rule for one, rule in zip(kind, paces.policy.quiet, strict=True) if one]
        where = paces.places.take(rows)
        free[rows] = quiet_until(at_ms[rows], where, week_of(rules))
        late = rows[free[rows] > at_ms[rows]]
        by[late] = _first(paces, late, at_ms[late], kind)
    return free, by


def _first(
    paces: Paces, rows: npt.NDArray[np.int64], at_ms: Instants, kind: npt.NDArray[np.bool_]
) -> Codes:
    by = np.full(len(rows), -1, np.int32)
    where = paces.places.take(rows)
    for place in np.flatnonzero(kind).tolist():
        if (by < 0).any():
            alone = quiet_until(at_ms, where, week_of([paces.policy.quiet[place]]))
            by[(by < 0) & (alone > at_ms)] = place
    return by


def limit(paces: Paces, at_ms: Instants, asks: Flags, takes: Flags) -> Paced:
    """What caps and gaps say of the rows that ask; `takes`: those that would really go."""
    asking = Asking(
        paces.person, at_ms, paces.priority, paces.places, paces.marks,
        asks & paces.governed, takes,
    )  # fmt: skip
    return caps.judge(asking, paces.past, paces.limits)


def release(paces: Paces, free_ms: Instants, expires_ms: Instants, held: Flags) -> Instants:
    """When messages that are held come back: not in quiet hours, spread out, before their end."""
    free, _ = quiet(paces, free_ms, held)
    wait = np.where(free == NEVER_MS, 0, paces.spread_ms)
    spread = free + wait
    again, _ = quiet(paces, spread, held)
    return np.where((again == spread) & (spread < expires_ms), spread, free)


def does(rules: tuple[Rule, ...], by: Codes) -> Does:
    """What a refusal by these rules (places in `rules`, -1 for none) means: HOLD, NEXT or SKIP."""
    known = np.array([*(_DOES[one.blocked] for one in rules), HOLD], np.uint8)
    return np.asarray(known[by], np.uint8)


def said(rule: Rule) -> dict[str, object]:
    """A rule as facts of a decision: its name, and what it allows."""
    if isinstance(rule, Quiet):
        hours = {"from": rule.from_, "until": rule.until, "holidays": rule.holidays}
        return {"rule": rule.name, **{name: one for name, one in hours.items() if one}}
    if isinstance(rule, Gap):
        return {"rule": rule.name, "minutes": rule.minutes}
    assert isinstance(rule, Cap)
    return {"rule": rule.name, "most": rule.most, "per": rule.per, "window": rule.window}
