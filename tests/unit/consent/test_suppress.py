"""What is suppressed stays so on its channel, or on all of them, with its first reason."""

from kervan.consent import suppress
from kervan.kernel.postgres import Connection
from tests.unit.consent.people import AT, email

_A, _B = email("a@ornek.test"), email("b@ornek.test")


def test_by_channel_or_by_all_and_the_first_reason_stays(postgres: Connection) -> None:
    assert suppress.add(postgres, [_A], "email", "hard_bounce", AT) == 1
    assert suppress.add(postgres, [_A], "email", "complaint", AT) == 0
    assert suppress.add(postgres, [_B], suppress.EVERY_CHANNEL, "erasure", AT) == 1
    assert suppress.check(postgres, [_A, _B, b""], "email") == {_A: "hard_bounce", _B: "erasure"}
    assert suppress.check(postgres, [_A, _B], "sms") == {_B: "erasure"}
    assert suppress.add(postgres, [], "email", "manual", AT) == 0


def test_only_what_was_added_for_the_reason_is_lifted(postgres: Connection) -> None:
    suppress.add(postgres, [_A], "email", "hard_bounce", AT)
    assert suppress.lift(postgres, [_A], "email", "manual") == 0
    assert suppress.lift(postgres, [_A], "email", "hard_bounce") == 1
    assert suppress.check(postgres, [_A], "email") == {}
