"""Writes down whom a publication moved to its version: it was decided about them, too."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from kervan.journeys.decided import rows as columns
from kervan.journeys.decided import store
from kervan.journeys.steps.step import NEVER, STAY, Int64
from kervan.kernel.postgres import Connection


def moved(
    conn: Connection, runs: Sequence[int], people: Sequence[int], version: int, at_ms: int,
    step: npt.NDArray[np.int16], due_ms: Int64,
) -> None:  # fmt: skip
    """Keep where these runs stand in `version` from `at_ms` on, in the caller's transaction.

    `step` is a number of the version's step, also of a gate before it (publish.gate), `due_ms`
    NEVER for whom time does not move. The order of all is the same.
    """
    if not runs:
        return
    found = columns.blank(len(runs))
    found.run = np.array(runs, np.uint64)
    found.person = np.array(people, np.uint32)
    found.version = np.full(len(runs), version, np.uint32)
    found.at_ms = np.full(len(runs), at_ms, np.int64)
    found.what = np.full(len(runs), columns.PASSED, np.uint8)
    found.cause = np.full(len(runs), columns.MOVED, np.uint8)
    found.step = step.astype(np.uint16)
    found.exit = np.full(len(runs), STAY, np.int16)
    known = due_ms < NEVER
    seconds = np.rint((np.where(known, due_ms, at_ms) - at_ms) / 1000)
    until = np.clip(seconds, 0, columns.UNTIL_NEVER).astype(np.uint32)
    found.until = np.where(known, until, columns.UNTIL_NEVER).astype(np.uint32)
    store.append(conn, len(found), columns.pack(found))
