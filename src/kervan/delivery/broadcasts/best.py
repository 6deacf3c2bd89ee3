"""Chooses for each of a batch the hour, the first channel, or both, by how people reacted."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from kervan.delivery.broadcasts.definition import Best
from kervan.delivery.broadcasts.schedule import BEST
from kervan.delivery.broadcasts.store import Kept, Speaks
from kervan.delivery.broadcasts.write import FIRST, Batch, key_of
from kervan.delivery.choice.settle import settle
from kervan.delivery.choice.wish import Wish
from kervan.delivery.outbox import Intents
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.postgres import Connection


def wish_of(kept: Kept) -> Wish | None:
    """What is to be chosen for each person, None for nothing."""
    best = kept.wanted.best or Best()
    wish = Wish(best.channel, best.explore_percent / 100, kept.wanted.at == BEST, *best.minutes)
    return wish if wish.channel or wish.time else None


def choose(
    conn: Connection, vault: WorkspaceVault, kept: Kept, says: Sequence[Speaks], batch: Batch,
    at_ms: int,
) -> tuple[list[Speaks], Batch]:  # fmt: skip
    """The batch with what was chosen, and all that is said: each variant by each first channel."""
    wish = wish_of(kept)
    if wish is None or not len(batch.people):
        return [*says], batch
    mine = [says[arm] for arm in batch.arm]
    intents = Intents(
        key=[key_of(kept.number, FIRST, one) for one in batch.people.tolist()],
        person=batch.people.tolist(),
        channel=[one.routes[0][0] for one in mine],
        template_version=[one.routes[0][1] for one in mine],
        routes=[one.routes[1:] for one in mine],
        at_ms=[at_ms] * len(mine),
        not_before_ms=batch.due_ms.tolist(),
        expires_ms=batch.due_ms.tolist(),
    )
    settle(conn, vault, intents, [wish] * len(mine))
    ways, whole = _ways(says)
    arm = [ways[one, first] for one, first in zip(batch.arm, intents.channel, strict=True)]
    due_ms = np.array(intents.not_before_ms, np.int64)
    choice = [one.decode() for one in intents.choice]
    return whole, replace(batch, arm=arm, due_ms=due_ms, choice=choice)


def _ways(says: Sequence[Speaks]) -> tuple[dict[tuple[int, str], int], list[Speaks]]:
    """Each variant with each of its channels first, and where it stands."""
    ways: dict[tuple[int, str], int] = {}
    whole: list[Speaks] = []
    for arm, one in enumerate(says):
        for first in one.routes:
            ways[arm, first[0]] = len(whole)
            rest = [other for other in one.routes if other is not first]
            whole.append(
                Speaks(
                    one.name, one.message, one.version, [first, *rest], one.message_class,
                    one.topic, one.brand,
                )
            )  # fmt: skip
    return ways, whole
