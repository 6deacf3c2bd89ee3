"""A person's key and rows go together, and another's stay."""

import uuid

from kervan.kernel import crypto
from kervan.kernel.postgres import Connection
from kervan.profiles import erase, identifiers
from kervan.profiles.sighting import Reader

_VAULT = crypto.Vault(b"k" * 32).workspace("test")
_AT = "2026-11-01 10:00+00"


def _person(conn: Connection, number: int, **said: str) -> None:
    key = _VAULT.new_person_key()
    conn.execute(
        "insert into profile (person, id, key, created_at) overriding system value"
        " values (%s, %s, %s, %s)",
        (number, uuid.UUID(int=number), key, _AT),
    )
    reader = Reader(_VAULT, "TR")
    for name, value in said.items():
        kind = {"email": identifiers.EMAIL, "customer": identifiers.CUSTOMER}[name]
        claim = reader.claim(kind, value)
        assert claim is not None
        sealed = _VAULT.seal(key, claim.value.encode(), b"identifier")
        conn.execute(
            "insert into identifier (kind, hash, person, sealed, claimed_at, source)"
            " values (%s, %s, %s, %s, %s, 1)",
            (kind, uuid.UUID(bytes=claim.hash), number, sealed, _AT),
        )


def test_an_erased_head_goes_with_all_its_atoms(postgres: Connection) -> None:
    _person(postgres, 1, email="irem@ornek.com", customer="c-1")
    _person(postgres, 2, customer="c-2")
    _person(postgres, 3, email="other@ornek.com")
    postgres.execute("update profile set merged_into = 1 where person = 2")
    postgres.execute(
        "insert into session (anonymous, first_at, last_at, person) values"
        " (gen_random_uuid(), %(at)s, %(at)s, 2), (gen_random_uuid(), %(at)s, %(at)s, 3)",
        {"at": _AT},
    )
    # A stranger's claim on her e-mail is sealed under a key that stays: it goes with her.
    postgres.execute(
        "insert into claim (person, kind, hash, sealed, claimed_at, source, reason)"
        " select 3, kind, hash, sealed, claimed_at, 1, 'not_verified' from identifier"
        " where person = 1 and kind = 2"
    )
    who = erase.subject(postgres, _VAULT, 1)
    assert who.people == [1, 2] and len(who.sessions) == 1 and len(who.contacts) == 1
    assert who.texts == ["c-1", "c-2", "irem@ornek.com"]
    assert erase.erase(postgres, who.people, who.hashes) == 7
    for table in ("profile", "identifier", "session"):
        assert postgres.execute(f"select person from {table}").fetchall() == [(3,)]
    assert postgres.execute("select count(*) from claim").fetchone() == (0,)
    assert erase.erase(postgres, who.people, who.hashes) == 0
