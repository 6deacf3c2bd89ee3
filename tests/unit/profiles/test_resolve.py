"""Who is who is a function of the set of events: the resolver against the plain reference."""

import itertools
import os
import random
from collections.abc import Iterator, Sequence
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from tests.reference import identity
from tests.reference.identity import Event, Id, Merge
from tests.unit.profiles.known import World

EXAMPLES = 2_000 if os.environ.get("CI") == "true" else 60
_DAY_MS, _MINUTE_MS = 86_400_000, 60_000
_START_MS = 1_790_000_000_000 // _MINUTE_MS * _MINUTE_MS
_tried = 0

# Mostly one value, so that many want it; seven e-mails, so that one person may have too many.
_EMAILS = tuple(f"e{n}@ornek.com" for n in (0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6))
_PHONES = ("+905321234500", "+905321234500", "+905321234501")
_CUSTOMERS = ("u1", "u2", "u3", "u4")
_TRUSTED = {
    "customer": _CUSTOMERS, "erp": ("9001", "9002"), "card": ("L-1", "L-2"),
    "email": _EMAILS, "phone": _PHONES,
}  # fmt: skip
_DAYS, _MINUTES = (0, 0, 0, 1, 2, 29, 30, 31, 60), (0, 10, 20, 30, 31, 50, 61, 90)
_MILLISECONDS = (0, 1, 30_000)
_T = TypeVar("_T")


class _Dice:
    """One number as many throws: to draw each by itself took Hypothesis half of the time."""

    def __init__(self, number: int) -> None:
        self._left = number

    def below(self, sides: int) -> int:
        """A number from 0."""
        self._left, found = divmod(self._left, sides)
        return found

    def one(self, values: Sequence[_T]) -> _T:
        """One of the values."""
        return values[self.below(len(values))]

    def maybe(self, kind: str, values: Sequence[str]) -> tuple[Id, ...]:
        """One time in two an identifier."""
        found = self.below(2 * len(values))
        return () if found < len(values) else ((kind, values[found - len(values)]),)


def _moment(when: int) -> int:
    throws = _Dice(when)
    day, minute = throws.one(_DAYS), throws.one(_MINUTES)
    return _START_MS + day * _DAY_MS + minute * _MINUTE_MS + throws.one(_MILLISECONDS)


def _from_server(who: int, when: int) -> Event:
    throws = _Dice(who)
    found = tuple(one for kind, values in _TRUSTED.items() for one in throws.maybe(kind, values))
    sure = [one for one in found if one[0] in ("email", "phone")]
    verified = frozenset(one for one in sure if throws.below(2))
    return Event(_moment(when), found, verified, device=throws.one(("", "d1", "d2")))


def _from_browser(who: int, when: int) -> Event:
    throws = _Dice(who)
    known = throws.maybe("customer", _CUSTOMERS)
    unsure = ("phone", throws.one(_PHONES)) if throws.below(2) else ("email", throws.one(_EMAILS))
    device = throws.one(("", "d1", "d2"))
    return Event(_moment(when), known, unsure=(unsure,), device=device)


def _signed_in(who: int, when: int) -> Event:
    throws = _Dice(who)
    known = ("customer", throws.one(_CUSTOMERS))
    return Event(_moment(when), (known,), device=throws.one(("", "d1", "d2")))


def _anonymous(who: int, when: int) -> Event:
    return Event(_moment(when), device=_Dice(who).one(("d1", "d2")))


def _alias(who: int, when: int) -> Event:
    throws = _Dice(who)
    first = throws.below(4)
    other = (first + 1 + throws.below(3)) % 4
    same = ("customer", _CUSTOMERS[other])
    return Event(_moment(when), (("customer", _CUSTOMERS[first]),), same=same)


_WHEN = st.integers(0, len(_DAYS) * len(_MINUTES) * len(_MILLISECONDS) - 1)
_SIDES = {
    # Below 2^24: of larger numbers Hypothesis mostly draws small ones.
    _from_server: 8 * 4 * 4 * 24 * 6 * 4 * 3, _signed_in: 4 * 3, _anonymous: 2,
    _from_browser: 8 * 2 * 12 * 3 * 3, _alias: 4 * 3,
}  # fmt: skip
_events = st.lists(
    st.one_of(*(st.builds(make, st.integers(0, n - 1), _WHEN) for make, n in _SIDES.items())),
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


@pytest.mark.timeout(1_800)
@settings(
    max_examples=EXAMPLES,
    derandomize=os.environ.get("CI") != "true",
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(_events, st.randoms(use_true_random=False), st.integers(0, 2), st.booleans())
def test_the_same_events_in_any_order_and_any_batches(
    postgres: Connection, events: list[Event], chance: random.Random, merges: int, undo: bool
) -> None:
    global _tried
    _tried += 1
    shuffled = [*events, *events[: chance.randrange(len(events))]]
    chance.shuffle(shuffled)
    with postgres.transaction(force_rollback=True):
        world = World(postgres)
        standing = _live(world, shuffled, chance, merges, undo)
        _agree(world, events, standing)
        before = _rows(postgres)
        world.arrive(shuffled)
        assert _rows(postgres) == before  # what is known touches nothing


def _live(
    world: World, arrivals: list[Event], chance: random.Random, merges: int, undo: bool
) -> list[Merge]:
    """Let everything arrive in batches, with operators at work between them."""
    standing: list[Merge] = []
    while arrivals:
        size = chance.randrange(1, len(arrivals) + 1)
        world.arrive(arrivals[:size])
        arrivals = arrivals[size:]
        anchors = world.anchors()
        heads = {}
        for atom, one in anchors.items():
            heads.setdefault(world.atom_head.get(atom, atom), one)
        if merges and len(heads) > 1:
            merges -= 1
            one, other = chance.sample(sorted(heads.values()), 2)
            at_ms = _START_MS + chance.randrange(5)
            number = world.merge(one, other, at_ms)
            standing.append(Merge(one, other, at_ms, number))
        elif undo and standing:
            world.unmerge(standing.pop(chance.randrange(len(standing))).number, _START_MS)
    return standing


U1, U2, U3 = ("customer", "u1"), ("customer", "u2"), ("customer", "u3")
MAIL, PHONE, CARD = ("email", "e1@ornek.com"), ("phone", "+905321234567"), ("card", "L-77")
_D, _M = _DAY_MS, _MINUTE_MS


def _at(ms: int, *ids: Id, device: str = "", **more: object) -> Event:
    return Event(_START_MS + ms, ids, device=device, **more)


# The table of the notes, section 2.3: events, whose each is, and how many claims are refused.
CASES: dict[str, tuple[list[Event], list[Id | None], int]] = {
    "1 a visit and its sign-in": (
        [_at(0, device="a1"), _at(1, device="a1"), _at(2, U1, device="a1"), _at(3, U1)],
        [U1, U1, U1, U1], 0,
    ),
    "3 web and app": (
        [_at(0, device="web"), _at(1, U1, device="web"),
         _at(2, device="app"), _at(3, U1, device="app")],
        [U1, U1, U1, U1], 0,
    ),
    "4 till, web and call": (
        [_at(0, CARD, PHONE), _at(_D, U1, PHONE, MAIL), _at(2 * _D, PHONE)], [U1] * 3, 0,
    ),
    "7 one device, two people, one visit": (
        [_at(0, U1, device="x"), _at(1, U1, device="x"), _at(2, U2, device="x"),
         _at(3, U2, device="x"), _at(4, device="x")],
        [U1, U1, U2, U2, None], 0,
    ),
    "8 one device, two people, two visits and a stray": (
        [_at(0, U1, device="x"), _at(_M, device="x"), _at(5 * _D, U2, device="x"),
         _at(5 * _D + _M, device="x"), _at(9 * _D, device="x")],
        [U1, U1, U2, U2, None], 0,
    ),
    "9 two customers, one e-mail": (
        [_at(0, U1, MAIL), _at(1, U2, MAIL), _at(2, MAIL)], [U1, U2, U1], 1,
    ),
    "10 a phone that changed hands": (
        [_at(0, U1, PHONE, verified=frozenset({PHONE})),
         _at(400 * _D, U2, PHONE, verified=frozenset({PHONE})), _at(401 * _D, PHONE)],
        [U1, U2, U2], 1,
    ),
    "11 a kiosk says nothing by its id": (
        [_at(0), _at(1, U1), _at(2, U2), _at(3)], [None, U1, U2, None], 0,
    ),
    "14 a browser's alias of two customers": (
        [_at(0, U1), _at(1, U2), _at(2, U1, unsure=(U2,))], [U1, U2, U1], 0,
    ),
    "15 a browser claims somebody's e-mail": (
        [_at(0, U1, MAIL), _at(1, unsure=(MAIL,), device="z")],
        [U1, ("lead", "z email e1@ornek.com")], 0,
    ),
    "15 and proves it": (
        [_at(0, U1, MAIL), _at(1, MAIL, verified=frozenset({MAIL}), device="z")], [U1, U1], 0,
    ),
    "16 seven addresses": (
        [_at(n, U1, ("email", f"e{n}@ornek.com")) for n in range(7)]
        + [_at(9, ("email", "e4@ornek.com")), _at(9, ("email", "e5@ornek.com"))],
        [U1] * 8 + [("email", "e5@ornek.com")], 2,
    ),
    "17 a lead becomes a customer": ([_at(0, MAIL), _at(5 * _D, U1, MAIL)], [U1, U1], 0),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_the_cases_of_the_table_in_any_order(postgres: Connection, name: str) -> None:
    events, whose, conflicts = CASES[name]
    orders = list(itertools.permutations(range(len(events)))) if len(events) < 6 else []
    if not orders or os.environ.get("CI") != "true":
        shuffled = random.Random(7)
        orders = [tuple(shuffled.sample(range(len(events)), len(events))) for _ in range(5)]
    for order in orders:
        for size in (1, len(events)):
            with postgres.transaction(force_rollback=True):
                world = World(postgres)
                for first in range(0, len(order), size):
                    world.arrive([events[i] for i in order[first : first + size]])
                _agree(world, events, [])
                answer = world.answer(events)
                assert (answer.events, len(answer.conflicts)) == (whose, conflicts)


def test_two_customers_an_operator_merged_are_two_again_with_all_that_came_since(
    postgres: Connection,
) -> None:
    world = World(postgres)
    events = [_at(0, U1, MAIL, device="d"), _at(1, U2, PHONE), _at(2, device="d")]
    world.arrive(events)
    before = world.answer(events)
    link = world.merge(U2, U1, _START_MS)
    late = [_at(3, MAIL), _at(4, PHONE), _at(5, U2, device="d")]
    world.arrive(late)
    _agree(world, events + late, [Merge(U2, U1, _START_MS, link)])
    assert set(world.answer(events + late).events) == {U1}
    world.unmerge(link, _START_MS)
    after = world.answer(events + late)
    assert after.people == before.people
    assert after.events == [U1, U2, None, U1, U2, U2]
    with pytest.raises(KervanError, match="parted by hand"):
        world.unmerge(link, _START_MS)


def test_a_value_of_more_than_twenty_people_joins_nobody(postgres: Connection) -> None:
    world = World(postgres)
    events = [_at(n, ("customer", f"c{n}"), PHONE) for n in range(22)] + [_at(50, PHONE)]
    for one in events[::-1]:
        world.arrive([one])
    _agree(world, events, [])
    answer = world.answer(events)
    assert answer.events[-1] == PHONE
    assert {reason for _, _, reason in answer.conflicts} == {"quarantined"}


def test_a_leads_proof_joins_it_with_its_owner(postgres: Connection) -> None:
    world = World(postgres)
    lead = _at(0, unsure=(MAIL,), device="z")
    world.arrive([lead, _at(1, U1, MAIL)])
    (atom, _), claim = world.place[lead], world.reader.claim(2, MAIL[1])
    assert claim is not None
    proof = world.reader.read(
        at_ms=_START_MS + 9, source=1, trusted=True, shared=False, user_id=None,
        anonymous_id=None, traits={}, person=atom, verifies=(claim.kind, claim.hash),
    )  # fmt: skip
    for _ in range(2):
        world.take([proof])
        assert world.answer([lead]).events == [U1]


def _rows(conn: Connection) -> Sequence[object]:
    """Every row of the tables of people, with the transaction that wrote it."""
    tables = ("profile", "identifier", "claim", "session", "identity_decision")
    asked = (
        f"select '{one}', ctid::text, xmin::text, cmin::text, row.*::text from {one} row"
        for one in tables
    )
    return sorted(conn.execute(" union all ".join(asked)).fetchall())
