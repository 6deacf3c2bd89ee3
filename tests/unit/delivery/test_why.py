"""Why a message went or did not: each rule in the gate's order, what it knew, what would change."""

import uuid
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from kervan.delivery import books, why
from kervan.delivery.decide import Reason, Verdict
from kervan.delivery.states import State
from kervan.delivery.why import NOT_ASKED, NOT_NEEDED, PASSED, REFUSED
from kervan.kernel import i18n
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from tests.unit.delivery.gate import NOON, accept, allow, judge, want
from tests.unit.delivery.world import add_people

POLICY = {
    "caps": [{"name": "one a day", "most": 1, "per": "day", "blocked": "hold"}],
    "quiet": [{"name": "night", "from": "22:00", "until": "09:00"}],
}
LOCALES = ("tr", "az", "en")


def outcomes(judged: why.Judged) -> list[str]:
    """What each rule said, in order."""
    return [one.outcome for one in judged.rules]


def said(told: why.Why) -> list[str]:
    """The answer in each language, no fact left open and no code left bare."""
    texts = [why.say(told, locale, "Europe/Istanbul") for locale in LOCALES]
    assert len(set(texts)) == 3
    for one in texts:
        assert "{" not in one
        assert "delivery." not in one
    return texts


def test_a_message_that_went(postgres: Connection) -> None:
    [person] = add_people(postgres, ["a@ev.example"])
    allow(postgres, **POLICY)
    want(postgres, [person], "a")
    [claim], _ = judge(postgres)
    accept(postgres, [claim])
    told = why.why(postgres, claim.subject.message)
    [one] = told.judged
    assert (told.state, one.verdict, one.reason, one.policy) == (
        State.ACCEPTED, Verdict.HAND_OVER, Reason.NONE, 1,
    )  # fmt: skip
    assert outcomes(one) == [PASSED] * len(why.RULES)
    facts = {each.rule: each.facts for each in one.rules}
    assert facts["consent"]["status"] == "granted"
    assert facts["quiet"] == {"asked": ["night"]}
    assert facts["caps"]["counted"][0]["used"] == 0
    [(code, change)] = one.change
    assert (code, change["used"], change["most"]) == ("delivery.change_went", 1, 1)
    turkish = said(told)[0]
    assert "2027-03-17 12:00:00" in turkish
    assert "one a day" in turkish


def test_a_message_that_waits_and_then_is_not_sent(postgres: Connection) -> None:
    [person] = add_people(postgres, ["a@ev.example"])
    allow(postgres, **POLICY)
    want(postgres, [person], "first")
    accept(postgres, judge(postgres)[0])
    want(postgres, [person], "second", lives=timedelta(hours=20))
    _, [held] = judge(postgres)
    message = held.claim.subject.message
    told = why.why(postgres, message)
    assert (told.state, told.reason) == (State.QUEUED, "delivery.cap_reached")
    assert told.due_at is not None
    assert told.due_at == NOON + timedelta(hours=20)  # it ends before there is room
    [one] = told.judged
    assert outcomes(one) == [*[PASSED] * 7, REFUSED, *[NOT_ASKED] * 3]
    assert one.rules[7].facts["rule"] == "one a day"
    assert one.rules[5].facts["status"] == "granted", "what allowed it is known all the same"
    assert one.change[0][0] == "delivery.change_cap_reached"
    said(told)
    judge(postgres, told.due_at)
    told = why.why(postgres, message)
    assert (told.state, told.due_at, len(told.judged)) == (State.EXPIRED, None, 2)
    assert outcomes(told.judged[1])[:3] == [PASSED, REFUSED, NOT_ASKED]
    said(told)


def test_what_was_bought_needs_no_consent_and_obeys_no_policy(postgres: Connection) -> None:
    [person] = add_people(postgres, ["a@ev.example"], consenting=False)
    allow(postgres, **POLICY)
    want(postgres, [person], "order", NOON + timedelta(hours=10), message_class="transactional")
    [claim], _ = judge(postgres, NOON + timedelta(hours=10))
    told = why.why(postgres, claim.subject.message)
    rules = {each.rule: each for each in told.judged[0].rules}
    assert rules["consent"].outcome == NOT_NEEDED
    assert rules["quiet"].facts == rules["caps"].facts == {"skipped_by": "class"}
    assert told.state is State.SENDING
    said(told)


def test_without_a_policy_that_is_said(postgres: Connection) -> None:
    [nobody] = add_people(postgres, ["a@ev.example"], consenting=False)
    want(postgres, [nobody], "a")
    _, [end] = judge(postgres)
    assert isinstance(end, books.End)
    told = why.why(postgres, end.claim.subject.message)
    assert told.judged[0].policy == 0
    assert told.judged[0].change[0][0] == "delivery.change_no_consent"
    said(told)
    want(postgres, [nobody], "b")  # nobody has judged this one
    row = postgres.execute("select id from message where state = 0").fetchone()
    assert row is not None
    assert why.why(postgres, row[0]).judged == []


def test_many_are_told_of_with_as_few_questions_as_one(postgres: Connection) -> None:
    people = add_people(postgres, [f"{one}@ev.example" for one in "abc"])
    allow(postgres, **POLICY)
    for number in range(2):
        want(postgres, people, f"round {number}")
        claims = judge(postgres)[0]
        accept(postgres, claims)
    ids = [one for (one,) in postgres.execute("select id from message order by id").fetchall()]
    assert len(ids) == 6
    postgres.cursor_factory = Counting
    counts = []
    for some in ([uuid.UUID(int=1), *ids], ids[:1]):
        Counting.questions = 0
        assert all(one.judged for one in why.many(postgres, some))
        counts.append(Counting.questions)
    assert counts[0] == counts[1]
    assert [why.why(postgres, one) for one in ids] == why.many(postgres, ids)


class Counting(psycopg.Cursor[Any]):
    """A cursor that counts what is asked."""

    questions = 0

    def execute(self, *given: Any, **more: Any) -> "Counting":
        """Asks, and counts it."""
        Counting.questions += 1
        super().execute(*given, **more)
        return self


def test_an_unknown_message(postgres: Connection) -> None:
    with pytest.raises(KervanError) as caught:
        why.why(postgres, uuid.UUID(int=1))
    assert (caught.value.code, caught.value.status) == ("delivery.message_unknown", 404)


def test_every_reason_has_its_rule_and_says_what_would_change_it() -> None:
    placed = [one for _, reasons in why.RULES for one in reasons]
    assert sorted(placed) == [one for one in Reason if one]
    for reason in placed:
        code = f"delivery.change_{reason.name.lower()}"
        assert all(i18n.say(code, locale) != code for locale in LOCALES)
    for names, prefix in ((Verdict, "verdict"), (State, "state")):
        for one in names:
            code = f"delivery.{prefix}_{one.name.lower()}"
            assert i18n.say(code, "az") != code
