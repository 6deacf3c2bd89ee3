"""One answer serves everybody for a moment, each question its own, and is made by one alone."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from kervan.kernel.config import Config
from kervan.kernel.crypto import Vault
from kervan.web.moment import Moment
from kervan.web.state import House

MINE = House(Config(), Vault(bytes(32)))


def test_many_ask_and_one_makes() -> None:
    kept: Moment[int] = Moment(60)
    made: list[int] = []
    together = Barrier(8)

    def ask(_: int) -> int:
        together.wait()
        return kept.get(MINE, "same", lambda: made.append(1) or len(made))

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(ask, range(8))) == {1}
    assert kept.get(MINE, "other", lambda: 7) == 7
    kept.forget()
    assert kept.get(MINE, "same", lambda: 9) == 9


def test_an_old_answer_a_failed_one_and_another_house_s_are_none() -> None:
    kept: Moment[int] = Moment(0)
    assert [kept.get(MINE, "x", lambda one=one: one) for one in (1, 2)] == [1, 2]
    kept = Moment(60)
    try:
        kept.get(MINE, "x", lambda: 1 // 0)
    except ZeroDivisionError:
        assert kept.get(MINE, "x", lambda: 3) == 3
    assert kept.get(House(Config(), Vault(bytes(32))), "x", lambda: 4) == 4


def test_only_so_many_are_kept() -> None:
    kept: Moment[int] = Moment(60)
    for asked in range(1_000):
        assert kept.get(MINE, asked, lambda asked=asked: asked) == asked
    assert len(kept._kept) <= 200
