"""Writes people onto lists and off them; history and live membership follow by themselves."""

from collections.abc import Iterable

from kervan.journeys.effects import tell
from kervan.journeys.effects.effect import Doings, Effect, Wrong
from kervan.journeys.steps.segment_member import SegmentMember
from kervan.journeys.steps.step import Step
from kervan.kernel import clock
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.segments.definitions import lists


def change(conn: Connection, _: WorkspaceVault, doings: Doings) -> None:
    """What somebody passed last counts: who is put on and taken off in one turn is off."""
    numbers, wrong = _lists(conn, doings.step)
    wanted: dict[tuple[int, int], bool] = {}
    told = []
    for row, step in enumerate(doings.step):
        assert isinstance(step, SegmentMember)
        for key, gone in _sides(step):
            if key in wrong:
                told.append(tell.failed(doings, row, wrong[key], key, segment=key))
            else:
                wanted[numbers[key], doings.person[row]] = gone
    write(conn, wanted, max(doings.at_ms))
    tell.tell(conn, told)


EFFECT: Effect = change


def write(conn: Connection, wanted: dict[tuple[int, int], bool], at_ms: int) -> None:
    """Write down {(list, person): gone}: one statement per list and side."""
    sides: dict[tuple[int, bool], list[int]] = {}
    for (number, person), gone in wanted.items():
        sides.setdefault((number, gone), []).append(person)
    for (number, gone), people in sorted(sides.items()):
        lists.put(conn, number, people, clock.from_ms(at_ms), gone=gone)


def problems(conn: Connection, step: Step) -> list[Wrong]:
    """Segments that are not there, are archived, or are no lists."""
    assert isinstance(step, SegmentMember)
    _, wrong = _lists(conn, [step])
    return [
        ("remove" if gone else "add", wrong[key], {"key": key[:80]})
        for key, gone in _sides(step)
        if key in wrong
    ]


def _sides(step: SegmentMember) -> Iterable[tuple[str, bool]]:
    yield from ((key, False) for key in step.add)
    yield from ((key, True) for key in step.remove)


def _lists(conn: Connection, steps: Iterable[Step]) -> tuple[dict[str, int], dict[str, str]]:
    """({key: number} of the lists that these steps name, {key: code} of what is none)."""
    keys = {key for one in steps if isinstance(one, SegmentMember) for key, _ in _sides(one)}
    numbers, wrong = {}, {}
    for key in sorted(keys):
        try:
            numbers[key] = lists.open_list(conn, key).number
        except KervanError as error:
            wrong[key] = error.code
    return numbers, wrong
