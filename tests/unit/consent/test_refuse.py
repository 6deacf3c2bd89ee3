"""A refusal is written for each channel it covers, once, with its proof."""

from dataclasses import replace

from kervan.consent import refuse, store, suppress
from kervan.consent.ledger import Change
from kervan.consent.packs import Fact, Pack
from kervan.kernel.postgres import Connection
from tests.unit.consent.people import AT, VAULT, add

PHONE = VAULT.blind("phone", "+905321234567")
WIDE = Pack("XX", {}, {"refusal.covers": Fact({"sms": ["sms", "call", "email"]}, "a test", "")})


def stop(jurisdiction: str = "TR", person: int = 1) -> Change:
    """RET by SMS."""
    return Change(
        "sms", "withdrawn", AT, person, PHONE, "phone", source="sms", proof={"text": "RET"},
        key=b"m" * 16, jurisdiction=jurisdiction,
    )  # fmt: skip


def rows(conn: Connection) -> list[tuple[object, ...]]:
    """Channel, status, kind of address and person of the rows of the ledger."""
    return conn.execute(
        "select channel, status, contact_kind, person from consent_event order by id"
    ).fetchall()


def test_a_refusal_ends_its_own_channel_only_where_no_law_says_more(postgres: Connection) -> None:
    add(postgres, 1, "a@ev.example", "+905321234567")
    refuse.refuse(postgres, VAULT, stop(""), AT)
    assert rows(postgres) == [("sms", "withdrawn", "phone", 1)]
    assert suppress.check(postgres, [PHONE], "sms") == {}


def test_the_law_of_the_place_may_end_more_and_twice_is_once(postgres: Connection) -> None:
    add(postgres, 1, "a@ev.example", "+905321234567")
    at_ms = 1_790_000_000_000
    agreed = [
        store.Decision(1, channel, "marketing", True, at_ms, 1, "", channel.encode().ljust(16))
        for channel in ("sms", "whatsapp", "call", "email")
    ]
    store.record(postgres, agreed, VAULT)
    first = refuse.refuse(postgres, VAULT, stop(), AT)
    assert refuse.refuse(postgres, VAULT, stop(), AT) == first
    assert rows(postgres)[4:] == [
        ("sms", "withdrawn", "phone", 1), ("whatsapp", "withdrawn", "phone", 1),
    ]  # fmt: skip
    left = [one for one in ("sms", "whatsapp", "call", "email")
            if store.allowed(postgres, [1], one, "marketing")]  # fmt: skip
    assert left == ["call", "email"]


def test_another_kind_of_address_is_hers_as_the_profile_knows_it() -> None:
    found = refuse.spread(stop(), WIDE)
    assert [(one.channel, one.contact, one.contact_kind) for one in found] == [
        ("sms", PHONE, "phone"), ("call", PHONE, "phone"), ("email", b"", ""),
    ]  # fmt: skip
    assert len({one.key for one in found}) == 3
    assert [one.channel for one in refuse.spread(stop(person=0), WIDE)] == ["sms", "call"]
    topic = stop()
    topic.topic = "tea"
    assert refuse.spread(topic, WIDE) == [topic]


def test_a_number_of_nobody_can_refuse_too(postgres: Connection) -> None:
    refuse.refuse(postgres, VAULT, stop(person=0), AT, everything=True)
    assert [row[:2] for row in rows(postgres)] == [("sms", "withdrawn"), ("whatsapp", "withdrawn")]
    assert suppress.check(postgres, [PHONE], "whatsapp") == {PHONE: "stop"}
    assert suppress.check(postgres, [PHONE], "email") == {}


def test_many_refusals_are_one_step_of_the_chain_and_each_is_its_own(postgres: Connection) -> None:
    add(postgres, 1, "a@ev.example", "+905321234567")
    other = VAULT.blind("phone", "+905329999999")
    nobody = replace(stop("", person=0), contact=other, key=b"n" * 16)
    many = [refuse.Refusal(stop(""), everything=True), refuse.Refusal(nobody)]
    places = refuse.refuse_all(postgres, VAULT, many, AT)
    assert len(places) == 2 and refuse.refuse_all(postgres, VAULT, many, AT) == places
    assert rows(postgres) == [("sms", "withdrawn", "phone", 1), ("sms", "withdrawn", "phone", 0)]
    assert suppress.check(postgres, [PHONE, other], "sms") == {PHONE: "stop"}
    assert refuse.refuse_all(postgres, VAULT, [], AT) == []
