"""Consent as a pure function: each refusal has its reason, and a row is judged alone."""

from dataclasses import fields

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kervan.consent.judge import NEVER_MS, Answer, Asked, Registered, Status, judge, needed_of

_FLAGS = ("commercial", "needed", "merchant", "topical", "branded", "checked", "fresh")
_CODES = ("status", "registered")
_USUAL: dict[str, int] = {
    "at_ms": 100, "commercial": 1, "needed": 1, "merchant": 0, "status": Status.GRANTED,
    "expires_ms": NEVER_MS, "event": 7, "topical": 0,
    "branded": 0, "checked": 0, "registered": 0, "fresh": 0,
}  # fmt: skip


def _asked(rows: list[dict[str, int]]) -> Asked:
    def column(name: str) -> np.ndarray:
        kind = bool if name in _FLAGS else np.uint8 if name in _CODES else np.int64
        return np.array([{**_USUAL, **row}[name] for row in rows], kind)

    return Asked(**{field.name: column(field.name) for field in fields(Asked)})


def _one(**row: int) -> tuple[Answer, int]:
    judged = judge(_asked([row]))
    return Answer(judged.answer[0]), int(judged.event[0])


def test_each_answer_has_its_reason() -> None:
    assert _one() == (Answer.ALLOWED, 7)
    assert _one(status=Status.NONE) == (Answer.NO_CONSENT, 0)
    assert _one(status=Status.DENIED) == (Answer.REFUSED, 0)
    assert _one(status=Status.WITHDRAWN) == (Answer.REFUSED, 0)
    assert _one(status=Status.PENDING) == (Answer.PENDING, 0)
    assert _one(status=Status.EXPIRED) == (Answer.EXPIRED, 0)
    assert _one(expires_ms=100) == (Answer.EXPIRED, 0)
    assert _one(expires_ms=101) == (Answer.ALLOWED, 7)
    assert _one(commercial=0, status=Status.DENIED) == (Answer.ALLOWED, 0)


def test_a_topic_and_a_brand_have_reasons_of_their_own() -> None:
    assert _one(topical=1) == (Answer.ALLOWED, 7)
    assert _one(topical=1, status=Status.WITHDRAWN) == (Answer.TOPIC_REFUSED, 0)
    assert _one(topical=1, branded=1, status=Status.DENIED) == (Answer.TOPIC_REFUSED, 0)
    assert _one(branded=1) == (Answer.ALLOWED, 7)
    assert _one(branded=1, status=Status.NONE) == (Answer.BRAND_NOT_AGREED, 0)
    assert _one(branded=1, status=Status.WITHDRAWN) == (Answer.BRAND_NOT_AGREED, 0)
    assert _one(branded=1, status=Status.PENDING) == (Answer.PENDING, 0)
    assert _one(branded=1, status=Status.NONE, needed=0) == (Answer.ALLOWED, 7 * 0)
    assert _one(topical=1, commercial=0, status=Status.DENIED) == (Answer.ALLOWED, 0)


def test_the_word_against_is_named_when_a_word_decided() -> None:
    def against(**row: int) -> int:
        return int(judge(_asked([row])).against[0])

    assert against() == 0
    assert against(status=Status.WITHDRAWN) == 7
    assert against(topical=1, status=Status.DENIED) == 7
    assert against(status=Status.NONE, event=0) == 0
    assert against(checked=1, fresh=1, registered=Registered.NO) == 0


def test_a_merchant_needs_no_yes_and_may_refuse() -> None:
    merchant = {"merchant": 1, "needed": 0}
    assert _one(**merchant, status=Status.NONE) == (Answer.ALLOWED, 0)
    assert _one(**merchant) == (Answer.ALLOWED, 7)
    assert _one(**merchant, status=Status.WITHDRAWN) == (Answer.REFUSED, 0)
    assert _one(**merchant, expires_ms=1) == (Answer.ALLOWED, 0)


def test_the_registry_is_asked_where_there_is_one() -> None:
    asked = {"checked": 1, "fresh": 1}
    assert _one(**asked, registered=Registered.YES) == (Answer.ALLOWED, 7)
    assert _one(**asked, registered=Registered.NO) == (Answer.REGISTRY_REFUSED, 0)
    assert _one(**asked, registered=Registered.NOTHING) == (Answer.REGISTRY_NOTHING, 0)
    assert _one(checked=1, registered=Registered.YES) == (Answer.REGISTRY_STALE, 0)
    assert _one(checked=1, registered=Registered.NOT_ASKED) == (Answer.REGISTRY_STALE, 0)
    assert _one(checked=1, registered=Registered.NO) == (Answer.REGISTRY_REFUSED, 0)
    assert _one(registered=Registered.NO) == (Answer.ALLOWED, 7), "no registry is connected"
    merchant = {"merchant": 1, "needed": 0}
    assert _one(**asked, **merchant, registered=Registered.NOTHING)[0] is Answer.ALLOWED
    assert _one(**asked, **merchant, registered=Registered.NO)[0] is Answer.REGISTRY_REFUSED
    # Our own ledger's refusal is told before the registry's.
    assert _one(**asked, status=Status.DENIED, registered=Registered.NO)[0] is Answer.REFUSED


_ROWS = st.lists(
    st.fixed_dictionaries(
        {name: st.integers(0, 1) for name in _FLAGS}
        | {
            "status": st.sampled_from(Status),
            "registered": st.sampled_from(Registered),
            "at_ms": st.integers(0, 3),
            "expires_ms": st.integers(0, 3),
        }
    ),
    min_size=1,
    max_size=30,
)


@given(_ROWS)
def test_a_row_is_judged_alone_and_only_a_yes_allows(rows: list[dict[str, int]]) -> None:
    together = judge(_asked(rows))
    for place, row in enumerate(rows):
        answer, event = _one(**row)
        assert (answer, event) == (together.answer[place], together.event[place])
        if answer is Answer.ALLOWED and row["commercial"]:
            assert row["status"] not in (Status.DENIED, Status.WITHDRAWN)
            valid = row["status"] == Status.GRANTED and row["expires_ms"] > row["at_ms"]
            assert valid or not row["needed"]
            assert not row["checked"] or row["registered"] != Registered.NO
            assert event == (7 if valid else 0)


def test_what_is_needed_is_the_law_of_the_place() -> None:
    places = ["", "AZ", "EU", "TR", "XX"]
    place = np.array([3, 3, 1, 2, 0, 4], np.uint8)
    merchant = np.array([False, True, True, True, True, False])
    needed = needed_of("email", places, place, merchant)
    assert needed.tolist() == [True, False, True, True, True, True]
