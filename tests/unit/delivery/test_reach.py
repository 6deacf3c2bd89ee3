"""A message about one address goes to that address, whatever others its person has."""

from kervan.delivery import reach
from kervan.kernel.postgres import Connection
from kervan.profiles import identifiers
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
