"""The bench of rehearsals plays journeys that may go live, and has targets at full size only."""

from kervan.bench import rehearse
from kervan.bench.rehearse import Took, figures
from kervan.journeys import parse
from kervan.journeys.rehearse.report import Report


def _told() -> Report:
    return Report(
        journey="basket", name="Basket", from_="", to="", zone="UTC", seed=1, others=[],
        events=9, entered=3, people=3, inside=0, goals=0, refused=[], exits={}, steps=[], days=[],
        hours=[], outcomes=[], held=[], collisions=[], weekly=[], currency="", costs=[],
        reactions=[], caveats=[], sample=[],
    )  # fmt: skip


def test_the_journeys_are_whole_and_the_first_has_eight_steps() -> None:
    mine, *others = (parse.parse(one) for one in (rehearse.JOURNEY, *rehearse.OTHERS))
    assert (len(mine.nodes), len(others)) == (8, 2)


def test_only_at_full_size_there_are_targets() -> None:
    took = Took(61.0, 5.0, 3_000.0, 900.0, _told())
    assert all(one.ok is None for one in figures(took, is_full=False))
    full = {one.figure: one.ok for one in figures(took, is_full=True)}
    assert (full["rehearse_seconds"], full["peak_mb"]) == (False, True)
