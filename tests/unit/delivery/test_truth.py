"""What a message says is asked once more before it goes: a check that says no keeps it back."""

from collections.abc import Iterator, Sequence
from datetime import datetime

import pytest

from kervan.delivery import decisions, truth, why
from kervan.delivery.books import Claim
from kervan.delivery.decide import Reason, Verdict
from kervan.delivery.truth import Check
from kervan.kernel.postgres import Connection
from tests.unit.delivery.gate import NOON, ended, judge, want
from tests.unit.delivery.world import add_people


@pytest.fixture
def asked() -> Iterator[list[list[int]]]:
    """The batches a check of stock was asked about; people with even numbers find none."""
    batches: list[list[int]] = []

    def stock(_: Connection, claims: Sequence[Claim], __: datetime) -> list[bool]:
        batches.append([one.subject.person for one in claims])
        return [one.subject.person % 2 == 1 for one in claims]

    mine = Check("stock", stock, channels=("email",))
    truth.checks.append(mine)
    yield batches
    truth.checks.remove(mine)


def test_a_check_keeps_back_what_is_no_longer_true(
    postgres: Connection, asked: list[list[int]]
) -> None:
    people = add_people(postgres, [f"t{n}@ev.example" for n in range(4)])
    want(postgres, people, "m")
    going, results = judge(postgres)
    assert sorted(one.subject.person for one in going) == [one for one in people if one % 2]
    assert ended(results) == [("suppressed", "untrue")] * 2
    assert len(asked) == 1, "a batch is one question"
    message = results[0].claim.subject.message
    [said] = decisions.of(postgres, message)
    assert (said.verdict, said.reason, said.facts) == (
        Verdict.SUPPRESS, Reason.UNTRUE, {"check": "stock"},
    )  # fmt: skip
    assert "“stock” denetimi hayır dedi" in why.say(why.why(postgres, message), "tr")


def test_what_somebody_waits_for_is_asked_only_where_the_check_says_so(
    postgres: Connection, asked: list[list[int]]
) -> None:
    people = add_people(postgres, ["u1@ev.example", "u2@ev.example"])
    want(postgres, people, "m", message_class="transactional")
    going, _ = judge(postgres, NOON)
    assert len(going) == 2
    assert asked == []
