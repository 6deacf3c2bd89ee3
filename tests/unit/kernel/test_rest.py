"""The pauses between looks for work."""

from kervan.kernel.rest import Rest


def test_pauses_grow_to_the_longest_and_are_short_again_after_work() -> None:
    rest = Rest(0.02, 0.1, 2.0)
    assert [rest.after(work=False) for _ in range(5)] == [0.02, 0.04, 0.08, 0.1, 0.1]
    assert rest.after(work=True) == 0.02
    assert rest.after(work=False) == 0.02
    assert rest.after(work=False) == 0.04
