"""The desk turns what the other side said into what is written down."""

from dataclasses import replace

import pytest

from kervan.delivery import books, gather
from kervan.delivery.channels.channel import Capabilities, Fate, Outcome, Outgoing
from kervan.delivery.desk import Backoff, Desk, Job
from kervan.kernel.postgres import Connection
from tests.unit.delivery.world import AT, VAULT, add_people, intend, intents


def _parcel(job: Job) -> Outgoing:
    claim = job.claim
    return Outgoing(job, claim.subject.message, "x", {}, True, "tr", claim.expires_at)


@pytest.mark.parametrize(
    ("routes", "idempotent", "expected"),
    [
        ((), True, books.PutOff),
        ((), False, books.Doubt),
        # What is in doubt here must never go by the next channel, whatever the gate says then.
        ((("email", 7), ("sms", 8)), True, books.Doubt),
    ],
)
def test_a_doubt_is_tried_again_only_where_it_is_sent_once(
    postgres: Connection,
    routes: tuple[tuple[str, int], ...],
    idempotent: bool,
    expected: type[books.Result],
) -> None:
    intend(postgres, intents(add_people(postgres, ["a@home.example"]), at=AT))
    claims = books.claim(postgres, 1, "email", 5, AT)
    [job], _ = gather.judge(postgres, VAULT, claims, AT, healthy=True, hold_seconds=1)
    desk = Desk(_parcel, Backoff(), Capabilities(idempotent=idempotent))
    desk.put([replace(job, claim=replace(job.claim, routes=routes))])
    parcel = desk.take()
    assert parcel is not None
    desk.report(parcel, Outcome(Fate.DOUBT))
    assert [type(one) for one in desk.drain()] == [expected]
