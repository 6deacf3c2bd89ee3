"""Nothing is dropped on a guess, and nothing is sent that the registry would refuse."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from kervan.consent.registry.plan import Step, Word, judge

NOON = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
GIVEN = NOON - timedelta(hours=1, microseconds=1)
WORD = Word(
    1, "MESAJ", "BIREYSEL", "ONAY", GIVEN, NOON + timedelta(days=3), None, None, None,
    ours=False, overtaken=False, recipient="+905321112233", kind="phone", erased=False,
)  # fmt: skip
BEFORE, AFTER = GIVEN - timedelta(hours=1), GIVEN + timedelta(minutes=1)


def test_a_first_consent_goes_with_its_second() -> None:
    verdict = judge(WORD, NOON)
    assert (verdict.step, verdict.at) == (Step.SEND, GIVEN.replace(microsecond=0))


@pytest.mark.parametrize(
    ("changed", "step", "reason"),
    [
        ({"held": "ONAY", "checked_at": AFTER}, Step.DROP, "same_status"),
        ({"held": "ONAY", "checked_at": BEFORE}, Step.CHECK, "same_status"),
        ({"held": "RET", "checked_at": BEFORE}, Step.SEND, ""),
        ({"status": "RET"}, Step.CHECK, "first_refusal"),
        ({"status": "RET", "held": "", "checked_at": BEFORE}, Step.CHECK, "first_refusal"),
        ({"status": "RET", "held": "", "checked_at": AFTER}, Step.DROP, "first_refusal"),
        ({"status": "RET", "held": "ONAY", "checked_at": BEFORE}, Step.SEND, ""),
        ({"overtaken": True}, Step.DROP, "superseded"),
        ({"held": "RET", "held_at": AFTER, "checked_at": AFTER}, Step.DROP, "superseded"),
        ({"erased": True}, Step.REFUSE, "erased"),
        ({"recipient": "+4915112345678"}, Step.REFUSE, "foreign_number"),
        ({"recipient": ""}, Step.LATER, "no_address"),
        ({"due_at": NOON}, Step.WORTHLESS, "too_late"),
        ({"due_at": NOON, "recipient_type": "TACIR"}, Step.SEND, "undated"),
        ({"status": "RET", "can_check": False}, Step.SEND, ""),
        ({"held": "ONAY", "can_check": False}, Step.DROP, "same_status"),
    ],
)
def test_each_case(changed: dict[str, object], step: Step, reason: str) -> None:
    verdict = judge(replace(WORD, **changed), NOON)
    assert (verdict.step, verdict.reason) == (step, reason)


def test_two_words_of_one_second_are_a_second_apart_there() -> None:
    held_at = GIVEN.replace(microsecond=0)
    word = replace(WORD, status="RET", held="ONAY", held_at=held_at, ours=True)
    verdict = judge(word, NOON)
    assert (verdict.step, verdict.at) == (Step.SEND, held_at + timedelta(seconds=1))
    early = judge(word, held_at + timedelta(milliseconds=500))
    assert (early.step, early.at) == (Step.LATER, held_at + timedelta(seconds=1))


def test_consents_from_before_the_law_have_one_date_and_no_end() -> None:
    date = datetime(2015, 4, 30, 21, tzinfo=UTC)
    verdict = judge(replace(WORD, due_at=NOON), NOON, date)
    assert (verdict.step, verdict.at) == (Step.SEND, date)
