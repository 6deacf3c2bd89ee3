"""Whom an operator means: by public id or by any identifier, one person or a clear no."""

import uuid

import pytest

from kervan.kernel import crypto
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.privacy import whom
from kervan.profiles import identifiers
from kervan.profiles.sighting import Reader

_VAULT = crypto.Vault(b"k" * 32).workspace("test")


def _owns(conn: Connection, person: int, kind: int, value: str) -> None:
    claim = Reader(_VAULT, "TR").claim(kind, value)
    assert claim is not None
    conn.execute(
        "insert into profile (person, id, key, created_at) overriding system value"
        " values (%s, %s, '', now()) on conflict do nothing",
        (person, uuid.UUID(int=person)),
    )
    conn.execute(
        "insert into identifier (kind, hash, person, sealed, claimed_at, source)"
        " values (%s, %s, %s, '', now(), 1)",
        (kind, uuid.UUID(bytes=claim.hash), person),
    )


def test_one_person_by_whatever_names_her(postgres: Connection) -> None:
    _owns(postgres, 1, identifiers.EMAIL, "irem@ornek.com")
    _owns(postgres, 1, identifiers.PHONE, "+905321234567")
    _owns(postgres, 2, identifiers.CUSTOMER, "5321234567")
    _owns(postgres, 3, identifiers.CUSTOMER, "c-3")
    postgres.execute("update profile set merged_into = 1 where person = 3")
    for said in ("İREM@ornek.com", str(uuid.UUID(int=1)), "c-3", str(uuid.UUID(int=3))):
        assert whom.head(postgres, _VAULT, "TR", said) == 1
    for said, status in (("5321234567", 409), ("nobody", 404), (str(uuid.UUID(int=9)), 404)):
        with pytest.raises(KervanError) as caught:
            whom.head(postgres, _VAULT, "TR", said)
        assert caught.value.status == status
    assert whom.public_id("nobody") is None
