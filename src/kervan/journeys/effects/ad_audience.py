"""Puts people onto the lists behind audiences: the platforms follow, as far as consent allows."""

from collections.abc import Iterable

from kervan.delivery.audiences import store as audiences
from kervan.journeys.effects import segment_member, tell
from kervan.journeys.effects.effect import Doings, Effect, Wrong
from kervan.journeys.steps.ad_audience import AdAudience
from kervan.journeys.steps.step import Step
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection

_NO_LIST = "journeys.audience_no_list"


def change(conn: Connection, _: WorkspaceVault, doings: Doings) -> None:
    """What somebody passed last counts."""
    numbers, wrong = _lists(conn, doings.step)
    wanted: dict[tuple[int, int], bool] = {}
    told = []
    for row, step in enumerate(doings.step):
        assert isinstance(step, AdAudience)
        for key, gone in _sides(step):
            if key in wrong:
                code, _facts = wrong[key]
                told.append(tell.failed(doings, row, code, key, audience=key))
            else:
                wanted[numbers[key], doings.person[row]] = gone
    segment_member.write(conn, wanted, max(doings.at_ms))
    tell.tell(conn, told)


EFFECT: Effect = change


def problems(conn: Connection, step: Step) -> list[Wrong]:
    """Audiences that are not there, or whose members are decided by conditions."""
    assert isinstance(step, AdAudience)
    _, wrong = _lists(conn, [step])
    return [
        ("remove" if gone else "add", *wrong[key]) for key, gone in _sides(step) if key in wrong
    ]


def _sides(step: AdAudience) -> Iterable[tuple[str, bool]]:
    yield from ((key, False) for key in step.add)
    yield from ((key, True) for key in step.remove)


def _lists(
    conn: Connection, steps: Iterable[Step]
) -> tuple[dict[str, int], dict[str, tuple[str, dict[str, object]]]]:
    """({key: number of its list} of audiences that follow one, {key: why} of the others)."""
    keys = {key for one in steps if isinstance(one, AdAudience) for key, _ in _sides(one)}
    numbers: dict[str, int] = {}
    wrong: dict[str, tuple[str, dict[str, object]]] = {}
    for key in sorted(keys):
        try:
            audience = audiences.one(conn, key)
        except KervanError as error:
            wrong[key] = error.code, dict(error.params)
            continue
        if audience.sort == "list":
            numbers[key] = audience.segment
        else:
            wrong[key] = _NO_LIST, {"audience": key, "segment": audience.segment_key}
    return numbers, wrong
