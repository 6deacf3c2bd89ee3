"""A whole profile is what all its atoms say, the latest word on each trait."""

from kervan.kernel.crypto import Vault
from kervan.kernel.postgres import Connection
from kervan.profiles import gather, store
from kervan.profiles.resolve import resolve
from kervan.profiles.sighting import Reader

_VAULT = Vault(b"g" * 32).workspace("w")
_AT_MS = 1_795_000_000_000


def _say(conn: Connection, user: str, later_ms: int, source: int, **traits: object) -> int:
    sighting = Reader(_VAULT, "TR").read(
        at_ms=_AT_MS + later_ms,
        source=source,
        trusted=True,
        shared=False,
        user_id=user,
        anonymous_id=None,
        traits=traits,
        person=0,
    )
    return int(resolve(conn, _VAULT, [sighting], _AT_MS, store.Numbers(conn)).head[0])


def test_traits_and_identifiers_of_all_atoms_are_one_profile(postgres: Connection) -> None:
    one = _say(postgres, "u1", 5, 7, plan="gold", firstName="İrem", email="irem@ornek.com")
    other = _say(postgres, "u2", 9, 8, plan="silver", city="Bakı", phone="05321234567")
    _say(postgres, "u2", 10, 8, email="irem@ornek.com")
    alone = _say(postgres, "u3", 1, 9, plan="none")
    postgres.execute("update profile set merged_into = %s where person = %s", (one, other))
    found = gather.gather(postgres, _VAULT, [one, alone])
    mine = found[one]
    assert mine.atoms == [one, other] and set(found) == {one, alone}
    assert mine.traits["plan"] == ("silver", _AT_MS + 9, 8)
    assert mine.traits["firstName"] == ("İrem", _AT_MS + 5, 7)
    values = {(each.kind, each.value) for each in mine.identifiers}
    assert values == {
        ("customer_id", "u1"),
        ("customer_id", "u2"),
        ("email", "irem@ornek.com"),
        ("phone", "+905321234567"),
    }
    assert [(each.value, each.source, bool(each.reason)) for each in mine.claims] == [
        ("irem@ornek.com", 8, True)
    ]
    assert gather.gather(postgres, _VAULT, [one], claims=False)[one].claims == []


def test_everybody_comes_once_in_batches(postgres: Connection) -> None:
    numbers = [_say(postgres, f"u{i}", i, 1, plan="gold") for i in range(5)]
    postgres.execute(
        "update profile set merged_into = %s where person = %s", (numbers[0], numbers[4])
    )
    batches = [[one.head for one in some] for some in gather.everybody(postgres, _VAULT, 3)]
    assert batches == [numbers[:3], numbers[3:4]]


def test_visits_of_all_atoms_are_found(postgres: Connection) -> None:
    assert gather.visits(postgres, [1, 2]) == []
