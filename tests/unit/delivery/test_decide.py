"""The gate: one order, one reason, and the same answer however the batch is cut."""

from dataclasses import fields

import numpy as np
from hypothesis import given, strategies

from kervan.consent.judge import Answer
from kervan.delivery.decide import Candidates, Reason, Verdict, decide
from kervan.kernel import i18n

_FLAGS = (
    "stopped", "cancelled", "marketing", "erased", "reachable", "suppressed", "healthy", "paused",
    "frequent", "dropped", "more", "hold_out", "disliked", "untrue",
    "shut",
)  # fmt: skip


def candidates(rows: list[dict[str, int]]) -> Candidates:
    """Columns from rows; what a row does not say lets it pass."""
    usual = {
        "at_ms": 100,
        "not_before_ms": 0,
        "expires_ms": 1000,
        "stopped": 0,
        "cancelled": 0,
        "marketing": 1,
        "erased": 0,
        "reachable": 1,
        "suppressed": 0,
        "consent": 0,
        "healthy": 1,
        "paused": 0,
        "frequent": 0,
        "dropped": 0,
        "more": 0,
        "hold_out": 0,
        "disliked": 0,
        "untrue": 0,
        "shut": 0,
    }
    return Candidates(
        **{
            field.name: np.array(
                [{**usual, **row}[field.name] for row in rows],
                dtype=bool if field.name in _FLAGS else np.int64,
            )
            for field in fields(Candidates)
        }
    )


def one(**row: int) -> tuple[Verdict, Reason]:
    """The decision on one row."""
    decisions = decide(candidates([row]))
    return Verdict(decisions.verdict[0]), Reason(decisions.reason[0])


def test_a_member_of_a_hold_out_passes_the_gate_and_gets_nothing() -> None:
    assert one(hold_out=1) == (Verdict.GHOST, Reason.HELD_OUT)
    assert one(hold_out=1, consent=int(Answer.NO_CONSENT)) == (Verdict.SUPPRESS, Reason.NO_CONSENT)
    assert one(hold_out=1, not_before_ms=101) == (Verdict.HOLD, Reason.NOT_YET)
    assert one(hold_out=1, reachable=0, more=1) == (Verdict.NEXT, Reason.NO_ADDRESS)
    assert one(hold_out=1, stopped=1) == (Verdict.HOLD, Reason.EMERGENCY_STOP)


def test_each_refusal_has_its_reason() -> None:
    assert one() == (Verdict.HAND_OVER, Reason.NONE)
    assert one(stopped=1) == (Verdict.HOLD, Reason.EMERGENCY_STOP)
    assert one(cancelled=1) == (Verdict.CANCEL, Reason.CANCELLED)
    assert one(untrue=1) == (Verdict.SUPPRESS, Reason.UNTRUE)
    assert one(untrue=1, erased=1) == (Verdict.SUPPRESS, Reason.PERSON_ERASED)
    assert one(expires_ms=100) == (Verdict.EXPIRE, Reason.EXPIRED)
    assert one(expires_ms=101) == (Verdict.HAND_OVER, Reason.NONE)
    assert one(not_before_ms=101) == (Verdict.HOLD, Reason.NOT_YET)
    assert one(erased=1) == (Verdict.SUPPRESS, Reason.PERSON_ERASED)
    assert one(reachable=0) == (Verdict.SUPPRESS, Reason.NO_ADDRESS)
    assert one(shut=1) == (Verdict.SUPPRESS, Reason.WINDOW_CLOSED)
    assert one(shut=1, more=1) == (Verdict.NEXT, Reason.WINDOW_CLOSED)
    assert one(suppressed=1) == (Verdict.SUPPRESS, Reason.ADDRESS_SUPPRESSED)
    assert one(consent=Answer.NO_CONSENT) == (Verdict.SUPPRESS, Reason.NO_CONSENT)
    assert one(consent=Answer.REFUSED) == (Verdict.SUPPRESS, Reason.CONSENT_REFUSED)
    assert one(consent=Answer.PENDING) == (Verdict.SUPPRESS, Reason.CONSENT_PENDING)
    assert one(consent=Answer.EXPIRED) == (Verdict.SUPPRESS, Reason.CONSENT_EXPIRED)
    assert one(consent=Answer.REGISTRY_REFUSED) == (Verdict.SUPPRESS, Reason.REGISTRY_REFUSED)
    assert one(consent=Answer.REGISTRY_NOTHING) == (Verdict.SUPPRESS, Reason.REGISTRY_NOTHING)
    assert one(consent=Answer.REGISTRY_STALE) == (Verdict.HOLD, Reason.REGISTRY_STALE)
    assert one(paused=1, frequent=1) == (Verdict.SUPPRESS, Reason.PAUSED)
    assert one(frequent=1) == (Verdict.SUPPRESS, Reason.FREQUENCY_CHOSEN)
    assert one(paused=1, frequent=1, marketing=0) == (Verdict.HAND_OVER, Reason.NONE)
    assert one(healthy=0) == (Verdict.HOLD, Reason.PROVIDER_UNHEALTHY)


def test_transactional_messages_need_no_consent_but_an_address() -> None:
    assert one(marketing=0, consent=Answer.NO_CONSENT)[0] is Verdict.HAND_OVER
    assert one(marketing=0, consent=Answer.NO_CONSENT, suppressed=1)[1] is Reason.ADDRESS_SUPPRESSED


def test_what_is_of_the_channel_goes_on_to_the_next_one() -> None:
    for row, reason in (
        ({"reachable": 0}, Reason.NO_ADDRESS),
        ({"suppressed": 1}, Reason.ADDRESS_SUPPRESSED),
        ({"consent": Answer.NO_CONSENT}, Reason.NO_CONSENT),
        ({"healthy": 0}, Reason.PROVIDER_UNHEALTHY),
    ):
        assert one(**row, more=1) == (Verdict.NEXT, reason)
    for row in ({"erased": 1}, {"paused": 1}, {"frequent": 1}, {"stopped": 1}, {"cancelled": 1}):
        assert one(**row, more=1)[0] is not Verdict.NEXT, "what is of the person is so everywhere"


def test_what_a_lifted_stop_dropped_is_over() -> None:
    assert one(dropped=1, stopped=1) == (Verdict.CANCEL, Reason.DROPPED)
    assert one(dropped=1, expires_ms=50) == (Verdict.EXPIRE, Reason.EXPIRED)


def test_the_first_reason_in_the_order_counts() -> None:
    everything = {
        "stopped": 1,
        "erased": 1,
        "reachable": 0,
        "consent": Answer.NO_CONSENT,
        "healthy": 0,
    }
    assert one(**everything)[1] is Reason.EMERGENCY_STOP
    assert one(**everything | {"stopped": 0})[1] is Reason.PERSON_ERASED
    # A stop holds, but it keeps nothing alive that is over.
    assert one(**everything | {"cancelled": 1})[1] is Reason.CANCELLED
    assert one(**everything | {"expires_ms": 50})[1] is Reason.EXPIRED


_ROWS = strategies.lists(
    strategies.fixed_dictionaries(
        {name: strategies.integers(0, 1) for name in _FLAGS}
        | {
            "at_ms": strategies.integers(0, 3),
            "expires_ms": strategies.integers(0, 3),
            "not_before_ms": strategies.integers(0, 3),
            "consent": strategies.sampled_from(Answer),
        }
    ),
    min_size=1,
    max_size=30,
)


@given(_ROWS)
def test_a_row_is_judged_alone_whatever_the_batch(rows: list[dict[str, int]]) -> None:
    together = decide(candidates(rows))
    for place, row in enumerate(rows):
        alone = decide(candidates([row]))
        assert alone.verdict[0] == together.verdict[place]
        assert alone.reason[0] == together.reason[place]
        if together.verdict[place] == Verdict.HAND_OVER:
            assert row["reachable"] and not row["suppressed"] and not row["erased"]
            assert row["consent"] is Answer.ALLOWED or not row["marketing"]


def test_every_reason_has_words() -> None:
    for reason in Reason:
        for locale in ("tr", "az", "en"):
            assert reason is Reason.NONE or i18n.say(reason.code, locale) != reason.code
