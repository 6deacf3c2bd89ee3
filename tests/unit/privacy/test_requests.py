"""A request is written down with its day, its steps and its answer, and closed once."""

import uuid
from datetime import timedelta

import pytest

from kervan.kernel import clock
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.privacy import requests


def _open(
    conn: Connection, kind: str = "access", days_ago: int = 0, **more: str
) -> requests.Request:
    given = {"channel": "email", "identity_proof": "confirmed_contact", **more}
    return requests.open_request(
        conn,
        kind,
        uuid.uuid4(),
        received_at=clock.now() - timedelta(days=days_ago),
        jurisdiction="TR",
        zone="Europe/Istanbul",
        actor="ayla",
        **given,
    )


def test_open_ones_come_first_by_the_day_they_are_due(postgres: Connection) -> None:
    young, old, late = _open(postgres), _open(postgres, days_ago=27), _open(postgres, days_ago=40)
    closed = _open(postgres, days_ago=60)
    requests.close(postgres, closed.id, "done", "sent", clock.now(), "ayla")
    found = requests.all_requests(postgres)
    assert [one.id for one in found] == [late.id, old.id, young.id, closed.id]
    now = clock.now()
    assert [one.is_late(now) for one in found] == [True, False, False, False]
    assert [one.is_near(now) for one in found] == [True, True, False, False]
    assert len(requests.all_requests(postgres, only_open=True)) == 3


def test_every_step_is_kept_and_a_closed_request_stays_closed(postgres: Connection) -> None:
    one = _open(postgres)
    requests.note_step(postgres, one.id, clock.now(), "exported", "ayla")
    with pytest.raises(KervanError):
        requests.close(postgres, one.id, "refused", " ", clock.now(), "ayla")
    done = requests.close(postgres, one.id, "refused", "not her", clock.now(), "can")
    assert (done.state, done.answer, done.closed_by) == ("refused", "not her", "can")
    assert [step.what for step in requests.steps(postgres, one.id)] == [
        "received",
        "exported",
        "refused",
    ]
    with pytest.raises(KervanError) as again:
        requests.close(postgres, one.id, "done", "", clock.now(), "can")
    assert again.value.status == 409


def test_words_that_are_not_ours_are_refused(postgres: Connection) -> None:
    for more in ({"kind": "oblivion"}, {"channel": "smoke"}, {"identity_proof": "trust me"}):
        with pytest.raises(KervanError) as caught:
            _open(postgres, **more)
        assert caught.value.code == "privacy.request_not_good"
    with pytest.raises(KervanError) as unknown:
        requests.one(postgres, uuid.uuid4())
    assert unknown.value.status == 404
