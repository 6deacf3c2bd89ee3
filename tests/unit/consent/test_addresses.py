"""An address is found by its hash where somebody has it, the owner's before a claim."""

from kervan.consent import addresses
from kervan.consent.addresses import Address
from kervan.kernel.postgres import Connection
from tests.unit.consent.people import AT, VAULT, add, email

ONE, TWO = email("a@ev.example"), email("b@ev.example")


def claim(conn: Connection, person: int, address: str) -> None:
    """Somebody says that this address is hers."""
    row = conn.execute("select key from profile where person = %s", (person,)).fetchone()
    assert row is not None
    conn.execute(
        "insert into claim (person, kind, hash, sealed, claimed_at, source, reason)"
        " values (%s, 2, %s, %s, %s, 1, 'not_verified')",
        (person, email(address).hex(), VAULT.seal(row[0], address.encode(), b"identifier"), AT),
    )


def test_the_owner_comes_first_and_a_claim_counts_for_its_own_person(postgres: Connection) -> None:
    add(postgres, 1, "a@ev.example")
    add(postgres, 2)
    claim(postgres, 2, "a@ev.example")
    claim(postgres, 2, "b@ev.example")
    found = addresses.find(postgres, VAULT, [(ONE, 2), (TWO, 2), (email("c@ev.example"), 2)])
    assert found == {ONE: Address("a@ev.example", 1), TWO: Address("b@ev.example", 2)}
    assert addresses.find(postgres, VAULT, [(TWO, 1)]) == {}
    assert addresses.find(postgres, VAULT, []) == {}
    assert addresses.claimed(postgres, [1, 2]).keys() == {2}
    assert addresses.claimed(postgres, []) == {}
