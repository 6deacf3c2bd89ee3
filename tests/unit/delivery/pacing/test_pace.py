"""The pace of each domain: never faster than its rate, and nobody waits for another's."""

from hypothesis import given, settings
from hypothesis import strategies as st

from kervan.delivery.mail.rules import Pace
from kervan.delivery.pacing.pace import PACED, RESTS, Later, Paces, is_about_the_domain


def ask(paces: Paces, lane: str, now: float, *, urgent: bool = False, waited: bool = False) -> (
    Later | None
):  # fmt: skip
    """One mail of a lane."""
    return paces.ask(lane, now, is_urgent=urgent, has_waited=waited)


def test_a_domain_without_a_limit_costs_nothing() -> None:
    paces = Paces({"gmail": Pace(per_second=1)})
    assert all(ask(paces, "home.example", 0.0) is None for _ in range(10_000))


@settings(max_examples=60)
@given(st.floats(0.5, 200), st.lists(st.floats(0, 3), min_size=1, max_size=40), st.integers(1, 30))
def test_no_window_sees_more_than_the_rate_and_all_go_in_the_end(
    rate: float, pauses: list[float], each: int
) -> None:
    """60 examples: whenever mails come, whatever was put off comes back at its instant."""
    paces = Paces({"gmail": Pace(per_second=rate)})
    queue = []
    now = 1_000.0
    for pause in pauses:
        now += pause
        queue += [(now, False)] * each
    gone: list[float] = []
    looked = 0
    while queue:
        queue.sort()
        at, waited = queue.pop(0)
        looked += 1
        told = ask(paces, "gmail", at, waited=waited)
        if told is None:
            gone.append(at)
        else:
            assert told.due > at
            assert told.reason == PACED
            queue.append((told.due, True))
    gone.sort()
    burst = max(1.0, 1 / rate) * rate + 2
    for first in range(len(gone)):
        for last in range(first, len(gone), 7):
            assert last - first <= (gone[last] - gone[first]) * rate + burst
    assert looked <= 4 * len(gone) + 10, "few are looked at more than twice"


def test_what_somebody_waits_for_goes_at_once_and_is_counted() -> None:
    paces = Paces({"gmail": Pace(per_second=1)})
    assert [ask(paces, "gmail", 5.0, urgent=True) for _ in range(5)] == [None] * 5
    later = ask(paces, "gmail", 5.0)
    assert later is not None and later.due >= 9.9


def test_who_puts_us_off_rests_longer_each_time_alone() -> None:
    paces = Paces({})
    assert paces.slowed("gmail", 100.0) == 60.0
    assert paces.slowed("gmail", 101.0) == 0.0, "all of one moment are one"
    told = ask(paces, "gmail", 120.0, urgent=True)
    assert told is not None and told.reason == RESTS and told.due >= 160.0
    assert ask(paces, "yahoo", 120.0) is None
    assert ask(paces, "gmail", 161.0) is None
    assert paces.slowed("gmail", 170.0) == 120.0
    for _ in range(200):
        paces.went("gmail")
    assert paces.slowed("gmail", 400.0) == 60.0, "forgiven"


def test_so_many_at_once() -> None:
    paces = Paces({"*": Pace(at_once=2)})
    paces.out["home.example"] = 2
    told = [ask(paces, "home.example", 10.0) for _ in range(3)]
    dues = [one.due for one in told if one is not None]
    assert len(dues) == 3 and dues == sorted(set(dues))
    assert ask(paces, "other.example", 10.0) is None


def test_which_answers_are_about_the_domain() -> None:
    assert is_about_the_domain("421 4.7.0")
    assert is_about_the_domain("450 4.7.1")
    assert is_about_the_domain("421")
    assert not is_about_the_domain("450 4.2.1")
    assert not is_about_the_domain("421 4.3.2"), "a server that goes down"
    assert not is_about_the_domain("no_reply")
