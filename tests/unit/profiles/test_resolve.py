"""Who is who is a function of the set of events: the resolver against the plain reference."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kervan.kernel.postgres import Connection
from tests.reference import identity
from tests.reference.identity import Event, Id, Merge
from tests.unit.profiles.known import World

EXAMPLES = 2_000 if os.environ.get("CI") == "true" else 60
_DAY_MS, _MINUTE_MS = 86_400_000, 60_000
_START_MS = 1_790_000_000_000 // _MINUTE_MS * _MINUTE_MS
_tried = 0

_times = st.builds(
    lambda day, minute, ms: _START_MS + day * _DAY_MS + minute * _MINUTE_MS + ms,
    st.sampled_from([0, 0, 0, 1, 2, 29, 30, 31, 60]),
    st.sampled_from([0, 10, 20, 30, 31, 50, 61, 90]),
    st.sampled_from([0, 1, 30_000]),
)


def _id(kind: str, values: list[str]) -> st.SearchStrategy[Id]:
    return st.tuples(st.just(kind), st.sampled_from(values))


_emails = _id("email", [f"e{n}@ornek.com" for n in range(7)])
_phones = _id("phone", [f"+90532123450{n}" for n in range(3)])
_customers = _id("customer", ["u1", "u2", "u3", "u4"])
_erps = _id("erp", ["9001", "9002"])
_cards = _id("card", ["L-1", "L-2"])
_devices = st.sampled_from(["", "d1", "d2"])


def _trusted(ids: tuple[Id | None, ...], checked: list[bool], at_ms: int, device: str) -> Event:
    found = tuple(one for one in ids if one is not None)
    sure = [one for one in found if one[0] in ("email", "phone")]
    verified = frozenset(one for one, is_sure in zip(sure, checked, strict=False) if is_sure)
    return Event(at_ms, found, verified, device=device)


_from_servers = st.builds(
    _trusted,
    st.tuples(*(st.none() | one for one in (_customers, _erps, _cards, _emails, _phones))),
    st.lists(st.booleans(), min_size=2, max_size=2),
    _times,
    _devices,
)
_from_browsers = st.builds(
    lambda ids, unsure, at_ms, device: Event(at_ms, ids, unsure=(unsure,), device=device),
    st.just(()) | st.tuples(_customers),
    _emails | _phones,
    _times,
    _devices,
)
_signed_in = st.builds(
    lambda who, at, device: Event(at, (who,), device=device), _customers, _times, _devices
)
_anonymous = st.builds(
    lambda at, device: Event(at, device=device), _times, st.sampled_from(["d1", "d2"])
)
_aliases = st.builds(
    lambda who, same, at: Event(at, (who,), same=same), _customers, _customers, _times
).filter(lambda one: one.same not in one.ids)
_events = st.lists(
    _from_servers | _signed_in | _anonymous | _from_browsers | _aliases,
    min_size=1, max_size=14, unique=True,
)  # fmt: skip


@pytest.fixture(autouse=True, scope="module")
def told() -> Iterator[None]:
    """Say how many examples were tried."""
    yield
    print(f"\nexamples tried against the reference: {_tried}")


def _expected(world: World, events: list[Event], merges: list[Merge]) -> identity.Answer:
    for one in events:
        world.sighting(one)
    identity.TIES.clear()
    identity.TIES.update(world.ties)
    return identity.recompute(events, merges)


def _agree(world: World, events: list[Event], merges: list[Merge]) -> None:
    found, expected = world.answer(events), _expected(world, events, merges)
    assert found.events == expected.events
    assert found.conflicts == expected.conflicts
    assert {one: found.people[one] for one in found.people} == {
        one: head for one, head in expected.people.items() if one in found.people
    }
    assert set(expected.people) <= set(found.people)


@settings(
    max_examples=EXAMPLES,
    derandomize=os.environ.get("CI") != "true",
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(_events, st.randoms(use_true_random=False), st.integers(0, 2), st.booleans())
def test_the_same_events_in_any_order_and_any_batches(
    postgres: Connection, events: list[Event], random: object, merges: int, undo: bool
) -> None:
    global _tried
    _tried += 1
    shuffled = [*events, *events[: random.randrange(len(events))]]
    random.shuffle(shuffled)
    with postgres.transaction(force_rollback=True):
        world = World(postgres)
        standing = _live(world, shuffled, random, merges, undo)
        _agree(world, events, standing)
        before = _rows(postgres)
        world.arrive(shuffled)
        assert _rows(postgres) == before  # what is known touches nothing


def _live(
    world: World, arrivals: list[Event], random: object, merges: int, undo: bool
) -> list[Merge]:
    """Let everything arrive in batches, with operators at work between them."""
    standing: list[Merge] = []
    while arrivals:
        size = random.randrange(1, len(arrivals) + 1)
        world.arrive(arrivals[:size])
        arrivals = arrivals[size:]
        anchors = world.anchors()
        heads = {}
        for atom, one in anchors.items():
            heads.setdefault(world.atom_head.get(atom, atom), one)
        if merges and len(heads) > 1:
            merges -= 1
            one, other = random.sample(sorted(heads.values()), 2)
            at_ms = _START_MS + random.randrange(5)
            number = world.merge(one, other, at_ms)
            standing.append(Merge(one, other, at_ms, number))
        elif undo and standing:
            world.unmerge(standing.pop(random.randrange(len(standing))).number, _START_MS)
    return standing


def _rows(conn: Connection) -> list[object]:
    """Every row of the tables of people, with the transaction that wrote it."""
    return [
        sorted(
            conn.execute(f"select ctid::text, xmin::text, cmin::text, * from {table}").fetchall(),
            key=repr,
        )
        for table in ("profile", "identifier", "claim", "session", "identity_decision")
    ]
