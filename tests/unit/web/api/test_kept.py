"""An answer that took long is kept for a while, one that did not is made anew."""

from kervan.kernel import clock
from kervan.web.api.kept import CHEAP_SECONDS, Kept


def test_what_took_long_is_kept_by_its_question() -> None:
    kept: Kept[int] = Kept()
    made = iter(range(100))

    def slowly() -> int:
        clock.sleep(CHEAP_SECONDS + 0.05)
        return next(made)

    assert [kept.get("a", slowly), kept.get("a", slowly), kept.get("b", slowly)] == [0, 0, 1]
    for number in range(100):
        kept.get(number, lambda: 0)
    assert kept.get("a", slowly) == 2  # the questions asked last push out the others


def test_what_is_cheap_is_made_anew() -> None:
    kept: Kept[int] = Kept()
    made = iter(range(10_000))
    found = [kept.get("a", lambda: next(made)) for _ in range(50)]
    assert len(set(found)) > 1
