"""A passage is done once, in whichever turn it comes again; a turn that is undone is done anew."""

from datetime import timedelta

from kervan.journeys.effects import once
from kervan.journeys.steps.update_profile import UpdateProfile
from kervan.kernel import clock
from kervan.kernel.postgres import Connection
from tests.unit.journeys.effects import doing

STEP = UpdateProfile(set_={"seen": True})


def test_a_key_that_comes_again_does_nothing(postgres: Connection) -> None:
    doing.begin(postgres, [1, 2])
    twice = doing.passing(STEP, [1]).take([0, 0])
    doing.do(postgres, twice)
    doing.do(postgres, doing.passing(STEP, [1, 2]))
    assert [one["person"] for one in doing.told(postgres)] == [1, 2]
    doing.do(postgres, doing.passing(STEP, [1], turn=2))
    assert len(doing.told(postgres)) == 3


def test_what_was_rolled_back_is_done_when_it_comes_again(postgres: Connection) -> None:
    doing.begin(postgres, [1])
    postgres.commit()
    doing.do(postgres, doing.passing(STEP, [1]))
    postgres.rollback()
    assert not doing.told(postgres)
    doing.do(postgres, doing.passing(STEP, [1]))
    assert len(doing.told(postgres)) == 1


def test_keys_are_forgotten_after_their_time(postgres: Connection) -> None:
    doing.begin(postgres, [1, 2])
    doing.do(postgres, doing.passing(STEP, [1, 2]))
    now = clock.now()
    assert once.expire(postgres, now - timedelta(days=1), 100) == 0
    assert once.expire(postgres, now + timedelta(days=1), 1) == 1
    assert once.expire(postgres, now + timedelta(days=1), 100) == 1
