"""The operator's limits for mail: read strictly, kept whole."""

import pytest

from kervan.delivery.mail import rules
from kervan.kernel import clock
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection


def test_they_are_kept_and_what_is_not_said_is_usual(postgres: Connection) -> None:
    assert rules.current(postgres) == rules.Rules()
    given = {
        "soft_bounces": {"count": 3},
        "paces": {"gmail": {"per_second": 20, "at_once": 5}},
        "warm_up": [{"account": "smtp", "began_on": "2026-11-23"}],
    }
    for _ in range(2):
        rules.save(postgres, rules.read(given), "test", clock.now())
    kept = rules.current(postgres)
    assert (kept.soft_bounces.count, kept.soft_bounces.days) == (3, 30)
    assert kept.paces["gmail"].per_second == 20
    assert rules.read(rules.shown(kept)) == kept


@pytest.mark.parametrize(
    "wrong",
    [
        [],
        {"paces": {"gmail": {"per_second": 0}}},
        {"pace": {}},
        {"standing": {"complaints_warn": 0.01, "complaints_hold": 0.001}},
        {"standing": {"complaints_warn": 2}},
        {"warm_up": [{"account": "a", "began_on": "2026-11-23"}] * 2},
        {"warm_up": [{"account": "a", "began_on": "2026-11-23", "growth": 1}]},
    ],
)
def test_what_cannot_be_is_refused(wrong: object) -> None:
    with pytest.raises(KervanError) as refused:
        rules.read(wrong)
    assert refused.value.code == "delivery.mail_rules_wrong"
