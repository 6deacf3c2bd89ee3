"""What many watch is asked once for all, and what is long in coming not all the time."""

from typing import Any

from kervan.kernel import clock
from kervan.web.api.live import Cache


def test_one_answer_is_shared_and_what_took_long_is_kept_longer() -> None:
    asked: list[float] = []

    def slow(_: object) -> int:
        asked.append(clock.monotonic())
        clock.sleep(0.2)
        return len(asked)

    mine: Any = object()  # only whether it is the same is asked of a house
    usual, seldom = Cache(slow), Cache(slow, times=50)
    assert [usual.get(mine), usual.get(mine)] == [1, 1]
    assert seldom.get(mine) == 2
    clock.sleep(0.8)
    assert usual.get(mine) == 3, "a moment is over"
    assert seldom.get(mine) == 2, "it took a fifth of a second, and is kept for ten"
    assert seldom.get(object()) == 4, "another house has figures of its own"
