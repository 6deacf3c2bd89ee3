"""Reading a profile reads all atoms of its head."""

from kervan.kernel.crypto import Vault
from kervan.kernel.postgres import Connection
from kervan.profiles import read, store

_VAULT = Vault(b"x" * 32).workspace("w")


def test_an_atom_has_one_head_and_a_head_all_its_atoms(postgres: Connection) -> None:
    numbers = store.Numbers(postgres)
    first, second, third = (numbers.person() for _ in range(3))
    store.create_people(postgres, _VAULT, [first, second, third], 1_700_000_000_000)
    postgres.execute("update profile set merged_into = %s where person = %s", (first, third))
    assert read.heads(postgres, [first, second, third, 0]) == {
        first: first,
        second: second,
        third: first,
    }
    assert read.parts(postgres, first) == [first, third]
    assert read.parts(postgres, second) == [second]
