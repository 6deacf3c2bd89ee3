"""Who a visitor is proved to be: by what the shop's server signed, lately, for us."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from kervan.kernel import clock
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.postgres import Connection
from kervan.onsite import identity

_AT = datetime(2026, 11, 27, 12, tzinfo=UTC)
_VAULT = WorkspaceVault(bytes(32))


def _token(number: int = 1, header: dict[str, str] | None = None, **claims: Any) -> str:
    whole = {"sub": "c-7", "aud": "kervan", "exp": clock.to_ms(_AT) // 1000 + 600, **claims}
    whole = {name: value for name, value in whole.items() if value is not None}
    key = OctKey.import_key(identity.secret(_VAULT, number))
    return jwt.encode(header or {"alg": "HS256"}, whole, key, algorithms=["HS256", "HS512"])


def test_a_good_token_proves_its_subject(postgres: Connection) -> None:
    assert identity.verify(postgres, _VAULT, _token(), _AT) == "c-7"
    assert identity.verify(postgres, _VAULT, _token(aud=["shop", "kervan"]), _AT) == "c-7"


@pytest.mark.parametrize(
    "wrong",
    [
        {"exp": None}, {"exp": "soon"}, {"exp": True}, {"exp": clock.to_ms(_AT) // 1000 - 61},
        {"exp": clock.to_ms(_AT) // 1000 + 100_000}, {"aud": "other"}, {"aud": None}, {"sub": ""},
        {"sub": 7}, {"sub": "x" * 256}, {"nbf": clock.to_ms(_AT) // 1000 + 120}, {"number": 2},
        {"header": {"alg": "HS512"}},
    ],
)  # fmt: skip
def test_any_other_proves_nobody(postgres: Connection, wrong: dict[str, Any]) -> None:
    assert identity.verify(postgres, _VAULT, _token(**wrong), _AT) == ""


def test_what_is_no_token_proves_nobody(postgres: Connection) -> None:
    header, claims, _ = _token().split(".")
    none = "eyJhbGciOiJub25lIn0"  # {"alg":"none"}
    for text in (
        "",
        "x",
        "a.b.c",
        f"{header}.{claims}.",
        f"{none}.{claims}.",
        "ş" * 9,
        "a" * 9_000,
    ):
        assert identity.verify(postgres, _VAULT, text, _AT) == ""


def test_after_a_rotation_the_old_secret_is_good_for_a_week(postgres: Connection) -> None:
    old = _token()
    assert identity.current(postgres) == 1
    assert identity.rotate(postgres, _AT) == 2
    assert identity.verify(postgres, _VAULT, old, _AT) == "c-7"
    assert identity.verify(postgres, _VAULT, _token(2), _AT) == "c-7"
    late = _AT + timedelta(days=8)
    until = clock.to_ms(late) // 1000 + 600
    assert identity.verify(postgres, _VAULT, _token(1, exp=until), late) == ""
    assert identity.verify(postgres, _VAULT, _token(2, exp=until), late) == "c-7"
