"""From a stored body to a profile and a row in history, on real databases."""

import json

import pytest

from kervan.collect import dead_letters, intake, store
from kervan.collect.process import Limits, Processor
from kervan.consent import store as consent
from kervan.history.event import Events
from kervan.kernel import clock
from kervan.kernel.postgres import REFUSALS, Connection
from kervan.profiles import read as people
from kervan.profiles import tokens
from kervan.profiles.identifiers import CUSTOMER
from tests.unit.collect.processing import AT, AT_MS, VAULT, House, begin, event


def test_an_event_reaches_the_profile_and_the_timeline(house: House) -> None:
    house.take(
        {
            "type": "identify",
            "userId": "u1",
            "messageId": "m0",
            "timestamp": AT,
            "traits": {"email": "İrem@Ornek.com", "firstName": "İrem", "plan": "gold"},
        },
        event("m1", userId="u1"),
    )
    block = house.process()
    assert block is not None and block.rows == 2
    person = house.person(1)
    contact = people.contacts(house.conn, VAULT.workspace(house.workspace), [person])[person]
    assert (contact.email, contact.first_name) == ("irem@ornek.com", "İrem")
    assert contact.traits["plan"] == "gold"
    assert sorted(house.names(person)) == ["Identified", "Product Viewed"]


def test_personal_data_is_not_in_the_clear(house: House) -> None:
    house.take(
        {
            "type": "identify",
            "userId": "u1",
            "messageId": "m0",
            "timestamp": AT,
            "traits": {"email": "irem@ornek.com", "firstName": "İrem"},
        }
    )
    house.process()
    row = house.conn.execute("select personal, traits from profile").fetchone()
    sealed = house.conn.execute("select sealed from identifier where kind = 2").fetchone()
    assert row is not None and sealed is not None
    assert b"rem" not in row[0] and "firstName" not in row[1] and b"irem" not in sealed[0]
    clear = house.history.query(
        "select count() from events where position(toString(properties)"
        " || context, 'ornek.com') > 0"
    ).result_rows
    assert clear[0][0] == 0


def test_a_repeat_counts_once_in_a_body_and_across_batches(house: House) -> None:
    house.take(event("m1", userId="u1"), event("m1", userId="u1"))
    house.process()
    house.take(event("m1", userId="u1"), event("m2", userId="u1"))
    house.process()
    assert len(house.names(house.person(1))) == 2


def test_the_same_message_id_of_another_source_is_anotherevent(house: House) -> None:
    house.take(event("m1", userId="u1"))
    house.take(event("m1", userId="u1"), source=house.browser)
    house.process()
    assert len(house.names(house.person(1))) == 2


def test_a_browsers_word_links_nothing(house: House) -> None:
    house.take(
        {
            "type": "identify",
            "userId": "u1",
            "messageId": "m0",
            "timestamp": AT,
            "traits": {"email": "irem@ornek.com"},
        }
    )
    house.take(
        {
            "type": "identify",
            "userId": "thief",
            "messageId": "m0",
            "timestamp": AT,
            "traits": {"email": "irem@ornek.com"},
        },
        source=house.browser,
    )
    house.process()
    assert house.conn.execute("select count(*) from profile").fetchone() == (2,)
    assert house.conn.execute("select reason from claim").fetchall() == [("not_verified",)]


def test_a_lead_becomes_a_customer_and_two_customers_stay_two(house: House) -> None:
    def known(number: str, user: str | None) -> dict[str, object]:
        return {
            "type": "identify",
            "userId": user,
            "anonymousId": "x" + number,
            "messageId": number,
            "timestamp": AT,
            "traits": {"email": "a@b.com"},
        }

    heads = "select count(*) from profile where merged_into is null"
    reasons = "select reason from claim order by reason"
    house.take(known("1", None))
    house.process()
    house.take(known("2", "u1"))
    house.process()
    assert house.conn.execute(heads).fetchone() == (1,)
    house.take(known("3", "u2"))
    house.process()
    assert house.conn.execute(heads).fetchone() == (2,)
    assert house.conn.execute(reasons).fetchall() == [("belongs_to_another",), ("joined",)]


def test_an_anonymous_visit_is_hers_after_she_signs_in(house: House) -> None:
    house.take(event("m1", anonymousId="a1"), source=house.browser)
    house.process()
    house.take(event("m2", "Signed In", anonymousId="a1", userId="u1"), source=house.browser)
    house.process()
    house.take(event("m3", "Product Added", anonymousId="a1"), source=house.browser)
    house.process()
    assert len(house.names(house.person(1))) == 3
    total = house.history.query(
        "select countIf(who = %(p)s) from events", parameters={"p": house.person(1)}
    ).result_rows
    assert total[0][0] == 3


def test_in_a_visit_of_two_people_what_nobody_signed_is_nobodys(house: House) -> None:
    for number, user in enumerate(["A", "A", "B", "B", None]):
        house.take(event(f"m{number}", anonymousId="x", userId=user), source=house.browser)
    house.process()
    found = house.conn.execute("select signer, person from session order by signer").fetchall()
    assert [(bool(signer), person) for signer, person in found] == [(True, 0), (True, 0)]
    assert [len(house.names(signer)) for signer, _ in found] == [2, 2]


def test_consent_is_read_from_events(house: House) -> None:
    house.take(
        {
            "type": "identify",
            "userId": "u1",
            "messageId": "m0",
            "timestamp": AT,
            "traits": {"email": "ayse@ornek.test"},
        },
        event(
            "m1",
            "Consent Changed",
            userId="u1",
            properties={"channel": "email", "purpose": "marketing", "status": "granted"},
        ),
    )
    house.process()
    person = house.person(1)
    assert person in consent.allowed(house.conn, [person], "email", "marketing")
    house.take(
        event(
            "m2",
            "Consent Changed",
            userId="u1",
            timestamp="2026-10-02T10:00:00Z",
            properties={"channel": "email", "status": "withdrawn"},
        )
    )
    house.process()
    assert consent.allowed(house.conn, [person], "email", "marketing") == {}


def test_what_happens_now_does_not_wait_behind_imported_history(house: House) -> None:
    now = clock.now()
    number = store.workspace_id(house.conn, house.workspace)
    for i in range(3):
        body = json.dumps({"batch": [event(f"old{i}", userId="u1")]}).encode()
        intake.append(house.conn, VAULT, number, house.server, body, 1, bulk=True)
    before = clock.to_ms(now)
    assert store.known_until_ms(house.conn, number, before + 60_000) == before + 60_000
    house.take(event("live", "Product Added", userId="u1"))
    assert store.known_until_ms(house.conn, number, before + 60_000) < before + 60_000
    house.processor = Processor(
        house.conn,
        VAULT,
        house.processor._sources,
        house.workspace,
        worker=1,
        country="TR",
        hooks=[],
        limits=Limits(events=1, intake_rows=1),
    )
    house.process()
    assert house.names(house.person(1)) == ["Product Added"]


def _own_poison_comes_back(house: House) -> bool:
    """What Kervan says itself is set aside whole: it can be sent again, and set aside again."""
    number = store.workspace_id(house.conn, house.workspace)
    own = intake.OwnEvent(
        message_id="own", event="Poison", timestamp_ms=AT_MS, person=1, properties={"a": 1}
    )
    intake.append_own(house.conn, [own])
    found: set[str] = set()
    for _ in range(2):
        house.conn.commit()
        with pytest.raises(REFUSALS):
            house.processor.step()
        house.conn.rollback()
        house.processor.step(careful=True)
        letter = dead_letters.find(house.conn, VAULT, number)[0]
        found.add(letter.raw)
        dead_letters.resend(house.conn, VAULT, number, [letter.id])
    house.conn.execute("delete from kervan.intake where batch is null")
    return len(found) == 1 and '"messageId":"own"' in found.pop()


@pytest.mark.parametrize("refuses", ["database", "ours"])
def test_an_event_that_cannot_be_stored_is_set_aside_and_the_others_go_on(
    house: House, refuses: str
) -> None:
    def hook(conn: Connection, events: Events) -> None:
        for i, name in enumerate(events.name):
            if name == "Poison" and refuses == "database":
                conn.execute("select %s::text::integer", (f"poison {i}",))
            elif name == "Poison":
                raise ValueError(name)

    house.processor._hooks.append(hook)
    sent = [event(f"m{i}", "Poison" if i in (3, 7) else "Fine", userId=f"u{i}") for i in range(9)]
    house.take(*sent)
    house.conn.commit()
    with pytest.raises(REFUSALS):
        house.processor.step()
    house.conn.rollback()
    block = house.processor.step(careful=True)
    house.conn.commit()
    assert block is not None and block.rows == 7
    letters = house.conn.execute("select reason, detail from kervan.dead_letter").fetchall()
    assert letters == [("collect.not_storable", "Poison")] * 2
    assert house.process() is None
    assert _own_poison_comes_back(house)
    house.processor._hooks.clear()  # mended: what is sent again was never taken, so it is new
    house.take(sent[3], sent[4])
    again = house.process()
    assert again is not None and again.rows == 1


def test_ids_of_other_systems_join_and_a_browsers_do_not(house: House) -> None:
    def known(number: str, user: str | None, **more: object) -> dict[str, object]:
        ids = [{"type": "erp", "id": "90017", "collection": "users"}, {"type": "email", "id": "x"}]
        return event(number, userId=user, context={"externalIds": ids}, **more)

    house.take(known("1", "u1"))
    house.take(known("2", "u2", anonymousId="d"), source=house.browser)
    house.take(known("3", None, traits={"email": "a@b.com"}))
    house.process()
    found = house.conn.execute(
        "select i.kind, n.name from identifier i left join identifier_namespace n using (kind)"
        " order by i.kind"
    ).fetchall()
    assert found == [(1, None), (1, None), (2, None), (100, "erp")]
    heads = house.conn.execute("select count(*) from profile where merged_into is null").fetchone()
    assert heads == (2,)


def test_an_address_proved_to_kervan_joins_the_lead_with_its_owner(house: House) -> None:
    said = {"type": "identify", "messageId": "1", "timestamp": AT, "traits": {"email": "a@b.com"}}
    house.take({**said, "userId": "u1"})
    house.take({**said, "anonymousId": "d"}, source=house.browser)
    house.process()
    row = house.conn.execute("select person, uuid_send(hash) from claim").fetchone()
    assert row is not None
    proof = intake.OwnEvent(
        "p1", "Identifier Verified", AT_MS + 1, row[0], {"kind": "email", "hash": row[1].hex()}
    )
    intake.append_own(house.conn, [proof])
    block = house.process()
    assert block is not None and [atom for atom, _ in block.heads] == [row[0]]
    told = house.conn.execute("select what, reason from identity_decision order by id").fetchall()
    assert told == [("refused", "not_verified"), ("joined", "verified")]


def _touched(conn: Connection) -> set[int]:
    rows = conn.execute("select people from touched").fetchall()
    return {one for row in rows for one in row[0]}


def test_nobody_is_told_on_while_nobody_asks(house: House) -> None:
    house.take({"type": "track", "event": "Order Completed", "userId": "1", "messageId": "a"})
    house.process()
    assert _touched(house.conn) == set()


def test_who_did_what_is_asked_about(house: House) -> None:
    house.processor = begin(house.conn, house.workspace, lambda _: frozenset({"Order Completed"}))
    house.take(
        {"type": "track", "event": "Order Completed", "userId": "1", "messageId": "a"},
        {"type": "track", "event": "Product Viewed", "userId": "1", "messageId": "b"},
    )
    house.process()
    assert _touched(house.conn) == {house.person(CUSTOMER)}


def test_whose_visit_was_hers_all_the_time(house: House) -> None:
    house.processor = begin(house.conn, house.workspace, lambda _: frozenset({"Product Viewed"}))
    house.take(
        {"type": "track", "event": "Product Viewed", "anonymousId": "x", "messageId": "a"},
        source=house.browser,
    )
    house.process()
    assert _touched(house.conn) == set()
    house.take(
        {"type": "identify", "userId": "1", "anonymousId": "x", "messageId": "b"},
        source=house.browser,
    )
    house.process()
    assert _touched(house.conn) == {house.person(CUSTOMER)}


def test_nobody_is_told_on_before_history_has_it(house: House) -> None:
    house.processor = begin(house.conn, house.workspace, lambda _: frozenset({"Order Completed"}))
    house.take({"type": "track", "event": "Order Completed", "userId": "1", "messageId": "a"})
    block = house.processor.step()
    house.conn.commit()
    assert block is not None
    assert _touched(house.conn) == set()
    store.finish(house.conn, [block.id])
    assert len(_touched(house.conn)) == 1


def test_a_push_token_is_kept_sealed_and_is_no_history(house: House) -> None:
    phone, device = "ab" * 32, {"id": "d1", "type": "ios"}
    said = event("a", userId="1", context={"device": {**device, "token": phone}})
    nobody = event("b", anonymousId="x", context={"device": {"token": "cd" * 32}})
    odd = event("c", userId="1", context={"device": {"token": 7}, "app": {"token": "kept"}})
    house.take(said, nobody, odd, source=house.browser)
    house.process()
    person = house.person(CUSTOMER)
    keys = VAULT.workspace(house.workspace)
    (token,) = tokens.of_people(house.conn, keys, [person], (tokens.APNS, tokens.FCM))[person]
    assert (token.address, token.trusted) == (f"apns:{phone}", False)
    rows = house.history.query("SELECT context FROM events_by_person ORDER BY event_id").result_rows
    contexts = [json.loads(row[0]) for row in rows]
    assert {"device": device} in contexts
    assert {"device": {}, "app": {"token": "kept"}} in contexts
    assert phone not in str(contexts) and "cd" * 32 not in str(contexts)


def test_what_kervan_says_of_somebody_counts_by_its_time(house: House) -> None:
    def said(at_ms: int, **traits: object) -> intake.OwnEvent:
        return intake.OwnEvent(f"own-{at_ms}", "Profile Updated", at_ms, person, {}, traits=traits)

    house.take(
        {
            "type": "identify", "userId": "1", "messageId": "a", "timestamp": AT,
            "traits": {"tier": "gold", "old": True},
        }
    )  # fmt: skip
    house.process()
    person = house.person(CUSTOMER)
    later, earlier = said(AT_MS + 5, tier="black", old=None), said(AT_MS - 5, tier="tin", seats=2)
    intake.append_own(house.conn, [later, earlier])
    house.process()
    keys = VAULT.workspace(house.workspace)
    assert people.contacts(house.conn, keys, [person])[person].traits == {
        "tier": "black",
        "seats": 2,
    }
