"""A message about one address goes to that address, whatever others its person has."""

import uuid
from datetime import timedelta

from kervan.delivery import accounts, books, outbox, reach
from kervan.kernel import clock
from kervan.kernel.postgres import Connection
from kervan.profiles import identifiers, tokens
from kervan.profiles import read as profiles
from kervan.profiles import store as people
from kervan.profiles.sighting import Claim
from tests.unit.delivery.test_chosen import claims
from tests.unit.delivery.world import VAULT, add_people, intend, intents


def test_its_own_address_or_none(postgres: Connection) -> None:
    [person] = add_people(postgres, ["new@ev.example"])
    old = VAULT.blind("email", "old@ev.example")
    claim = Claim(identifiers.EMAIL, old, "old@ev.example")
    people.keep_identifiers(postgres, VAULT, [people.Gain(person, claim, 1, 1, "")], {})
    for key, contact in (("a", b""), ("b", old), ("c", b"?" * 16)):
        wanted = intents([person], key=key, message_class="transactional")
        wanted.contact = [contact]
        intend(postgres, wanted)
    [stranger] = add_people(postgres, [""])
    intend(postgres, intents([stranger]))
    some = claims(postgres)
    persons = profiles.contacts(postgres, VAULT, [person])
    rows = reach.reach(postgres, VAULT, some, persons, ["az"] * len(some))
    found = {one.contact: row for one, row in zip(some, rows, strict=True) if row}
    assert {contact: row.address for contact, row in found.items()} == {
        b"": "new@ev.example", old: "old@ev.example", b"?" * 16: "",
    }  # fmt: skip
    assert {row.person.locale for row in found.values()} == {"az"}
    assert found[old].contact == old
    assert rows.count(None) == 1


def test_push_reaches_the_device_seen_last_and_a_token_that_is_gone_no_more(
    postgres: Connection,
) -> None:
    [person] = add_people(postgres, [""])
    at = clock.now()
    old, new = "fcm-" + "o" * 30, "a1" * 32
    seen = [
        tokens.Seen(person, old, at - timedelta(days=2), trusted=True),
        tokens.Seen(person, new, at, trusted=True),
    ]
    assert tokens.register(postgres, VAULT, seen) == 2
    wanted = intents([person], message_class="transactional")
    wanted.channel = ["push"]
    intend(postgres, wanted)
    [claim] = books.claim(postgres, 1, "push", 1, clock.now())
    persons = profiles.contacts(postgres, VAULT, [person])
    [row] = reach.reach(postgres, VAULT, [claim], persons, [""])
    assert row is not None
    assert row.address == f"apns:{new}"
    assert row.asked == uuid.UUID(int=person).bytes, "her word is about herself"
    outbox.suppress(postgres, [row.contact], "push", "hard_bounce", clock.now(), [None])
    [row] = reach.reach(postgres, VAULT, [claim], persons, [""])
    assert row is not None
    assert row.address == f"fcm:{old}"
    assert outbox.suppressed(postgres, [row.contact], "push") == {}


def test_a_channel_without_addresses_reaches_her_by_the_account_that_is_named(
    postgres: Connection,
) -> None:
    [person] = add_people(postgres, [""])
    wanted = intents([person], message_class="transactional")
    wanted.channel, wanted.contact = ["webhook"], [accounts.mark("crm")]
    intend(postgres, wanted)
    [claim] = books.claim(postgres, 1, "webhook", 1, clock.now())
    persons = profiles.contacts(postgres, VAULT, [person])
    [row] = reach.reach(postgres, VAULT, [claim], persons, [""])
    assert row is not None
    assert (row.address, row.contact) == (str(persons[person].id), accounts.mark("crm"))
