"""Things done at appointed times: each one, in order, and an error is not lost."""

import pytest

from kervan.bench.appointments import Appointments, every
from kervan.kernel import clock
from kervan.kernel.errors import KervanError


def test_appointments_are_spread_evenly_and_numbered_from_zero() -> None:
    assert every(100.0, 2.0, 2.0) == [(0, 100.0), (1, 100.5), (2, 101.0), (3, 101.5)]
    assert every(100.0, 0.0, 20.0) == []


def test_every_appointment_is_kept_in_order_and_none_too_early() -> None:
    kept: list[tuple[int, float]] = []
    times = every(clock.monotonic(), 0.05, 200)
    thread = Appointments(times, lambda number: kept.append((number, clock.monotonic())))
    thread.start()
    thread.finish()
    assert [number for number, _ in kept] == list(range(10))
    assert all(at >= due for (_, at), (_, due) in zip(kept, times, strict=True))


def test_those_that_are_late_are_kept_all_the_same() -> None:
    kept: list[int] = []
    thread = Appointments([(i, clock.monotonic() - 100) for i in range(5)], kept.append)
    thread.start()
    thread.finish()
    assert kept == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("error", [KervanError("bench.refused", 500), ConnectionResetError("x")])
def test_an_error_ends_it_and_is_raised_to_who_waits(error: Exception) -> None:
    kept: list[int] = []

    def act(number: int) -> None:
        if number == 2:
            raise error
        kept.append(number)

    thread = Appointments(every(0.0, 1.0, 5), act)
    thread.start()
    with pytest.raises(type(error)):
        thread.finish()
    assert kept == [0, 1]
