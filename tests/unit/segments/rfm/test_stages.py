"""Everybody is measured by her own rhythm of orders, and by her own reactions."""

import numpy as np
import pytest

from kervan.kernel.i18n import LOCALES, say
from kervan.segments.columns import NO_TIME
from kervan.segments.rfm import stages
from kervan.segments.zones import DAY_MS

AT_MS = 1_000 * DAY_MS


def _stage(first_days: float, last_days: float, days: int, usual: float = 30) -> str:
    ago = [np.array([AT_MS - int(one * DAY_MS)], np.int64) for one in (first_days, last_days)]
    code = stages.life_cycle(ago[0], ago[1], np.array([days]), AT_MS, usual)[0]
    return stages.STAGES[code]


@pytest.mark.parametrize(
    ("first", "last", "days", "stage"),
    [
        (30, 30, 1, "new"), (30.01, 30.01, 1, "active"), (45, 45, 1, "active"),
        (45.01, 45.01, 1, "lapsing"), (90, 90, 1, "lapsing"), (90.01, 90.01, 1, "lapsed"),
        # ten days between her orders: the usual thirty of the shop do not matter
        (30, 10, 3, "active"), (36, 16, 3, "lapsing"), (51, 31, 3, "lapsed"),
        # nobody is expected sooner than in a week
        (12, 10, 3, "active"),
        # two days of orders are no rhythm yet
        (44, 40, 2, "active"),
    ],
)  # fmt: skip
def test_stages(first: float, last: float, days: int, stage: str) -> None:
    assert _stage(first, last, days) == stage


def test_the_usual_rhythm_is_the_median_of_those_who_have_one() -> None:
    first = np.array([0, 0, 0, 0], np.int64)
    last = np.array([20, 40, 200, 90], np.int64) * DAY_MS
    own = stages.rhythm_days(first, last, np.array([3, 3, 3, 2]))
    assert own[:3].tolist() == [10, 20, 100] and np.isnan(own[3])
    assert stages.usual_rhythm(own) == 20
    assert stages.usual_rhythm(own[3:]) == stages.USUAL_DAYS


@pytest.mark.parametrize(
    ("ever", "sent", "level"),
    [
        (True, 0, "engaged"), (True, 4, "engaged"), (True, 5, "cooling"), (True, 19, "cooling"),
        (True, 20, "unengaged"), (False, 4, ""), (False, 5, "unengaged"), (False, 0, ""),
    ],
)  # fmt: skip
def test_levels(ever: bool, sent: int, level: str) -> None:
    reacted = np.array([AT_MS if ever else NO_TIME], np.int64)
    code = stages.engagement(reacted, np.array([sent], np.int64))[0]
    assert (stages.LEVELS[code] if code >= 0 else "") == level


@pytest.mark.parametrize("locale", LOCALES)
def test_each_stage_and_level_has_its_name(locale: str) -> None:
    names = [say(f"segments.life_{one}", locale) for one in stages.STAGES]
    names += [say(f"segments.engagement_{one}", locale) for one in stages.LEVELS]
    assert not any("segments." in name for name in names)
