"""An answer that took long is kept for a while, one that did not is made anew."""

import threading
from collections.abc import Callable

from kervan.kernel import clock
from kervan.kernel.errors import KervanError
from kervan.web.api.kept import CHEAP_SECONDS, Kept, Told


def _slowly(make: Callable[[], int]) -> Callable[[], int]:
    def slow() -> int:
        clock.sleep(CHEAP_SECONDS + 0.05)
        return make()

    return slow


def test_what_took_long_is_kept_by_its_question() -> None:
    kept: Kept[int] = Kept()
    made = iter(range(100))
    slowly = _slowly(lambda: next(made))
    found = [kept.get("a", slowly), kept.get("a", slowly), kept.get("b", slowly)]
    assert found == [Told(0), Told(0), Told(1)]
    for number in range(100):
        kept.get(number, lambda: 0)
    assert kept.get("a", slowly) == Told(2)  # the questions asked last push out the others


def test_what_is_cheap_may_be_kept_too_and_what_is_over_not_told() -> None:
    kept: Kept[int] = Kept(least_seconds=0.2, oldest_seconds=0)
    made = iter(range(10_000))
    found = [kept.get("a", lambda: next(made)) for _ in range(50)]
    assert set(found) == {Told(0)}
    clock.sleep(0.25)
    assert kept.get("a", lambda: next(made)) == Told(1)


def test_what_is_cheap_is_made_anew() -> None:
    kept: Kept[int] = Kept()
    made = iter(range(10_000))
    found = [kept.get("a", lambda: next(made)).answer for _ in range(50)]
    assert len(set(found)) > 1


def test_who_asks_late_is_told_at_once_while_one_thread_makes_the_next() -> None:
    kept: Kept[int] = Kept(share=0.001)
    made = iter(range(100))
    go = threading.Event()
    kept.get("a", _slowly(lambda: next(made)))

    def when_let() -> int:
        go.wait(10)
        clock.sleep(CHEAP_SECONDS + 0.05)
        return next(made)

    clock.sleep(0.01)
    assert [kept.get("a", when_let) for _ in range(5)] == [Told(0, is_old=True)] * 5
    go.set()
    _until(lambda: kept.get("a", when_let).answer == 1)
    assert next(made) <= 4  # each renewed once at a time, not once for each who asked


def test_what_is_too_old_is_waited_for() -> None:
    kept: Kept[int] = Kept(share=0.001, oldest_seconds=0)
    made = iter(range(100))
    slowly = _slowly(lambda: next(made))
    kept.get("a", slowly)
    clock.sleep(0.01)
    assert kept.get("a", slowly) == Told(1)


def test_one_that_cannot_be_renewed_is_tried_again() -> None:
    kept: Kept[int] = Kept(share=0.001)
    kept.get("a", _slowly(lambda: 7))
    tried = []

    def refuse() -> int:
        tried.append(1)
        raise KervanError("web.busy", status=503)

    clock.sleep(0.01)
    assert kept.get("a", refuse) == Told(7, is_old=True)
    _until(lambda: bool(kept.get("a", refuse).is_old) and len(tried) > 1)


def _until(is_so: Callable[[], bool]) -> None:
    deadline = clock.monotonic() + 60
    while not is_so():
        assert clock.monotonic() < deadline
        clock.sleep(0.02)
