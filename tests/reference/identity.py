"""Who is who, computed plainly from the whole set of events: what the resolver is held against.

Written from the rules alone (docs/decisions/identity-is-a-function-of-the-set.md) and slow on
purpose: it imports nothing of Kervan, knows no batches, no tables and no order of arrival.
"""

from dataclasses import dataclass, field
from itertools import combinations

Id = tuple[str, str]
"""(kind, value); kinds are customer, erp, card, email, phone, lead."""

STRENGTH = ("customer", "erp", "card", "email", "phone", "lead")
CUSTOMERS = ("customer", "erp")
MOST = {"customer": 1, "erp": 1, "card": 5, "email": 5, "phone": 5, "lead": 1_000}
MOST_IDS, MOST_MERGES, MOST_CLAIMANTS = 1_000, 100, 20
MINUTE_MS = 60_000
GAP_MINUTES = 30
NEAR_MINUTES = 30 * 24 * 60


@dataclass(frozen=True)
class Event:
    """One event: `ids` of a trusted source count, those in `verified` were checked, a browser's
    `unsure` ones do not. `same` is a customer id said to be the same as the event's own."""

    at_ms: int
    ids: tuple[Id, ...] = ()
    verified: frozenset[Id] = frozenset()
    unsure: tuple[Id, ...] = ()
    same: Id | None = None
    device: str = ""


@dataclass(frozen=True)
class Merge:
    """An operator's word that two anchors are one person."""

    one: Id
    other: Id
    at_ms: int
    number: int


@dataclass
class Answer:
    """Whose each event is (the anchor of its person's head, None for nobody), each identifier,
    and which claims were refused: (anchor, identifier, reason)."""

    events: list[Id | None]
    people: dict[Id, Id]
    conflicts: set[tuple[Id, Id, str]] = field(default_factory=set)


def anchor(event: Event) -> Id | None:
    """What an event is anchored at."""
    if event.ids:
        return min(event.ids, key=lambda one: STRENGTH.index(one[0]))
    if event.unsure:
        first = min(event.unsure, key=lambda one: STRENGTH.index(one[0]))
        return ("lead", f"{event.device} {first[0]} {first[1]}")
    return None


def recompute(events: list[Event], merges: list[Merge]) -> Answer:
    """The answer for this set of events and standing merges."""
    groups, conflicts = _group(events, merges)
    since: dict[Id, int] = {}
    for event in events:
        mine = anchor(event)
        if mine is not None:
            since[mine] = min(since.get(mine, event.at_ms), event.at_ms)
    people: dict[Id, Id] = {}
    for group in groups:
        anchors = [one for one in group if one in since]
        if anchors:
            head = min(anchors, key=lambda one: (one[0] not in CUSTOMERS, since[one], _key(one)))
            people.update(dict.fromkeys(group, head))
    return Answer([_whose(event, events, people) for event in events], people, conflicts)


# The resolver breaks ties by blind hashes, which only it can compute: the test gives them.
TIES: dict[Id, tuple[int, bytes]] = {}


def _key(one: Id) -> tuple[int, bytes]:
    return TIES[one]


def _claims(events: list[Event]) -> dict[tuple[Id, Id], tuple[int, int, int]]:
    """{(anchor, identifier): (class, latest check, earliest)}; class 1 same, 2 checked, 3 said."""
    found: dict[tuple[Id, Id], list[tuple[int, int]]] = {}
    for event in events:
        mine = anchor(event)
        if mine is None:
            continue
        for one in event.ids:
            if one != mine:
                sort = 2 if one in event.verified else 3
                found.setdefault((mine, one), []).append((sort, event.at_ms))
        if event.same is not None and event.same != mine:
            found.setdefault((mine, event.same), []).append((1, event.at_ms))
    claims = {}
    for pair, said in found.items():
        checks = [at_ms for sort, at_ms in said if sort == 2]
        claims[pair] = (
            min(sort for sort, _ in said), max(checks, default=0), min(at for _, at in said),
        )  # fmt: skip
    return claims


def _group(
    events: list[Event], merges: list[Merge]
) -> tuple[list[set[Id]], set[tuple[Id, Id, str]]]:
    claims = _claims(events)
    everybody = {one for pair in claims for one in pair}
    everybody |= {mine for event in events if (mine := anchor(event)) is not None}
    groups = [{one} for one in everybody]
    merged: dict[int, int] = {}
    conflicts: set[tuple[Id, Id, str]] = set()

    def group_of(one: Id) -> set[Id]:
        return next(group for group in groups if one in group)

    def unite(one: set[Id], other: set[Id], free: bool) -> None:
        groups.remove(other)
        count = merged.pop(id(other), 0) + merged.pop(id(one), 0) + free
        one |= other
        merged[id(one)] = count

    def refusal(one: set[Id], other: set[Id], free: bool) -> str:
        if len(one) + len(other) > MOST_IDS:
            return "too_large"
        if free:
            many = merged.get(id(one), 0) + merged.get(id(other), 0) >= MOST_MERGES
            return "too_large" if many else ""
        reasons = set()
        for kind, most in MOST.items():
            left = sum(1 for found in one if found[0] == kind)
            right = sum(1 for found in other if found[0] == kind)
            if left and right and left + right > most:
                reasons.add("belongs_to_another" if kind in CUSTOMERS else "too_many")
        return min(reasons, default="")  # alphabetical: another's before too many

    for merge in sorted(merges, key=lambda one: (one.at_ms, one.number)):
        one, other = group_of(merge.one), group_of(merge.other)
        if one is not other and not refusal(one, other, True):
            unite(one, other, True)
    claimants = {one: {a for a, b in claims if b == one} for one in everybody}

    def rank(pair: tuple[Id, Id]) -> tuple[int, int, int, tuple[int, bytes], tuple[int, bytes]]:
        sort, checked, first = claims[pair]
        return (sort, -checked if sort == 2 else 0, first, _key(pair[0]), _key(pair[1]))

    for pair in sorted(claims, key=rank):
        if len(claimants[pair[1]]) > MOST_CLAIMANTS:
            conflicts.add((*pair, "quarantined"))
            continue
        one, other = group_of(pair[0]), group_of(pair[1])
        if one is other:
            continue
        free = claims[pair][0] == 1
        if why := refusal(one, other, free):
            conflicts.add((*pair, why))
        else:
            unite(one, other, free)
    return groups, conflicts


def _whose(event: Event, events: list[Event], people: dict[Id, Id]) -> Id | None:
    mine = anchor(event)
    if mine is not None:
        return people[mine]
    if not event.device:
        return None
    here = [one for one in events if one.device == event.device]
    begin, end = _visit(event, here)
    signs = [
        (one.at_ms // MINUTE_MS, people[who], who[0] == "lead")
        for one in here
        if (who := anchor(one)) is not None
    ]
    if len({who for _, who, _ in signs}) > MOST_CLAIMANTS:
        return None
    near = [sign for sign in signs if begin - NEAR_MINUTES <= sign[0] <= end + NEAR_MINUTES]
    near = [sign for sign in near if not sign[2]] or near
    for some in (near, [sign for sign in near if begin <= sign[0] <= end]):
        found = {who for _, who, _ in some}
        if len(found) == 1:
            return found.pop()
    return None


def _visit(event: Event, here: list[Event]) -> tuple[int, int]:
    """First and last minute of the run of events without a gap of more than 30 minutes."""
    minutes = sorted({one.at_ms // MINUTE_MS for one in here})
    begin = end = event.at_ms // MINUTE_MS
    for minute in minutes:
        if end < minute <= end + GAP_MINUTES:
            end = minute
    for minute in reversed(minutes):
        if begin - GAP_MINUTES <= minute < begin:
            begin = minute
    return begin, end


def same_groups(one: dict[Id, Id], other: dict[Id, Id]) -> bool:
    """Whether two answers put the same identifiers together."""
    return all(
        (one.get(a) == one.get(b)) == (other.get(a) == other.get(b))
        for a, b in combinations(sorted(one.keys() | other.keys()), 2)
    )
