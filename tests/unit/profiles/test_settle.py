"""Claims are granted in an order of their own, and refused for named reasons."""

import random

from kervan.profiles import identifiers, settle
from kervan.profiles.settle import Edge, Link, Value


def _value(kind: int, text: str) -> Value:
    return (kind, text.encode().ljust(16, b"\0"))


def _self(atom: int, kind: int = identifiers.CUSTOMER, at_ms: int = 0) -> Edge:
    return Edge(atom, _value(kind, f"own{atom}"), settle.SELF, at_ms, 0)


def _said(atom: int, value: Value, at_ms: int, rank: int = settle.TRUSTED) -> Edge:
    return Edge(atom, value, rank, at_ms, at_ms if rank == settle.VERIFIED else 0)


_MAIL = _value(identifiers.EMAIL, "mail")


def _decided(edges: list[Edge], links: list[Link] | None = None) -> settle.Settled:
    """The same whatever the order of the arguments."""
    first = settle.settle(edges, links or [], set())
    for seed in range(5):
        mixed = random.Random(seed).sample(edges, len(edges))
        assert settle.settle(mixed, (links or [])[::-1], set()) == first
    return first


def test_the_earliest_of_two_customers_owns_and_the_other_has_a_conflict() -> None:
    done = _decided([_self(1), _self(2), _said(1, _MAIL, 9), _said(2, _MAIL, 5)])
    assert done.owner[_MAIL] == 2
    assert done.reason == {(1, _MAIL): settle.ANOTHERS}
    assert done.head == {1: 1, 2: 2}


def test_the_latest_verified_goes_before_the_earliest() -> None:
    edges = [_self(1), _self(2), _said(1, _MAIL, 1)]
    done = _decided([*edges, _said(2, _MAIL, 7, settle.VERIFIED)])
    assert done.owner[_MAIL] == 2
    done = _decided([_self(1), _self(2), *(_said(a, _MAIL, a, settle.VERIFIED) for a in (1, 2))])
    assert done.owner[_MAIL] == 2


def test_a_lead_follows_the_customer_and_the_head_is_the_earliest_customer() -> None:
    lead = Edge(3, _MAIL, settle.SELF, 1, 0)
    done = _decided([_self(1, at_ms=5), lead, _said(1, _MAIL, 9)])
    assert done.head == {1: 1, 3: 1}
    assert (done.owner[_MAIL], done.reason) == (3, {(1, _MAIL): settle.JOINED})


def test_who_verified_owns_before_who_is_anchored_there() -> None:
    lead = Edge(3, _MAIL, settle.SELF, 1, 0)
    done = _decided([_self(1), lead, _said(1, _MAIL, 9, settle.VERIFIED)])
    assert (done.owner[_MAIL], done.reason) == (1, {(3, _MAIL): settle.JOINED})


def test_an_operator_joins_customers_whom_no_claim_does() -> None:
    done = _decided([_self(1), _self(2, at_ms=-1)], [Link(1, 2, 0, 1)])
    assert done.head == {1: 2, 2: 2}


def test_a_trusted_same_joins_customers_too() -> None:
    own2 = _self(2)
    done = _decided([_self(1), own2, Edge(1, own2.value, settle.SAME, 3, 0)])
    assert done.head == {1: 1, 2: 1}


def test_the_sixth_address_and_the_thousandth_identifier_are_refused() -> None:
    mails = [_said(1, _value(identifiers.EMAIL, str(n)), n) for n in range(7)]
    done = _decided([_self(1), *mails])
    assert [value for _, value in done.reason] == [mails[5].value, mails[6].value]
    assert set(done.reason.values()) == {settle.TOO_MANY}
    leads = [_self(n, identifiers.LEAD) for n in range(2, 1_004)]
    links = [Link(1, one.atom, 0, one.atom) for one in leads]
    done = settle.settle([_self(1), *leads], links, set())
    assert len(set(done.head.values())) == len(leads) + 1 - settle.MOST_MERGES


def test_what_is_in_quarantine_joins_nobody() -> None:
    done = settle.settle([_self(1), _said(1, _MAIL, 0)], [], {_MAIL})
    assert done.reason == {(1, _MAIL): settle.QUARANTINED} and _MAIL not in done.owner
