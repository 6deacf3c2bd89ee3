"""An ID token is believed for one reason only, and refused for every single thing that is wrong."""

from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from kervan.kernel import clock
from kervan.kernel.config import Config
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.web import oidc

_CONFIG = Config(oidc_issuer="https://id.example", oidc_client_id="kervan")
_KEY = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
_OTHER = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
_CURVE = ECKey.generate_key("P-256", {"kid": "two", "use": "sig"})
_KEYS = {"keys": [_KEY.as_dict(private=False), _CURVE.as_dict(private=False)]}


def _claims(**more: Any) -> dict[str, Any]:
    now = int(clock.now().timestamp())
    claims = {
        "iss": "https://id.example",
        "aud": "kervan",
        "sub": "1",
        "exp": now + 300,
        "iat": now,
        "nonce": "n",
        **more,
    }
    return {name: value for name, value in claims.items() if value is not None}


def _token(key: Any = _KEY, alg: str = "RS256", kid: str = "one", **more: Any) -> str:
    return jwt.encode({"alg": alg, "kid": kid}, _claims(**more), key, algorithms=[alg])


def _check(token: str, nonce: str = "n") -> dict[str, Any]:
    return oidc.check_token(_CONFIG, token, _KEYS, nonce)


def test_a_good_token_gives_its_claims() -> None:
    assert _check(_token())["sub"] == "1"
    assert _check(_token(_CURVE, "ES256", "two"))["sub"] == "1"
    assert _check(_token(aud=["kervan", "other"], azp="kervan"))["sub"] == "1"


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ({"iss": "https://evil.example"}, "iss"),
        ({"iss": None}, "iss"),
        ({"aud": "other"}, "aud"),
        ({"aud": None}, "aud"),
        ({"aud": ["other"]}, "aud"),
        ({"aud": ["kervan", "other"]}, "azp"),
        ({"azp": "other"}, "azp"),
        ({"exp": 1_000_000}, "exp"),
        ({"exp": None}, "exp"),
        ({"exp": True}, "exp"),
        ({"iat": 99_999_999_999}, "iat"),
        ({"iat": None}, "iat"),
        ({"nonce": "another"}, "nonce"),
        ({"nonce": None}, "nonce"),
        ({"sub": None}, "sub"),
        ({"sub": ""}, "sub"),
    ],
)
def test_one_wrong_claim_is_enough(more: dict[str, Any], problem: str) -> None:
    with pytest.raises(KervanError) as refused:
        _check(_token(**more))
    assert refused.value.params["problem"] == problem


def _unsigned() -> str:
    _, body, _ = _token().split(".")
    none = "eyJhbGciOiJub25lIiwia2lkIjoib25lIn0"  # {"alg":"none","kid":"one"}
    return f"{none}.{body}."


def _signed_with_the_public_key() -> str:
    public = OctKey.import_key(_KEY.as_pem(private=False), {"kid": "one"})
    return _token(public, "HS256")


def _changed() -> str:
    head, _, mark = _token().split(".")
    return f"{head}.{_token(sub='2').split('.')[1]}.{mark}"


@pytest.mark.parametrize(
    "token",
    [
        _unsigned(),
        _changed(),
        _token(_OTHER),
        _token(kid="unknown"),
        "",
        "a.b.c",
        "...",
        "\0",
        "x" * 100_000,
    ],
)
def test_a_signature_that_is_not_the_providers_is_refused(token: str) -> None:
    with pytest.raises(KervanError) as refused:
        _check(token)
    assert refused.value.params["problem"] == "signature"


def test_the_public_key_is_no_shared_secret() -> None:
    with pytest.raises((KervanError, ValueError)):
        _check(_signed_with_the_public_key())


def test_a_trip_ends_once_in_its_own_browser_and_in_time(postgres: Connection) -> None:
    values = {
        "state": oidc._mark("s"),
        "nonce": "n",
        "verifier": "v",
        "expires": clock.from_ms(clock.now_ms() + 60_000),
    }
    for state, cookie in (("s", ""), ("", ""), ("s", "t"), ("t", "t")):
        postgres.execute(oidc._SQL.add_trip, values)
        with pytest.raises(KervanError):
            oidc.end_trip(postgres, state, cookie)
        postgres.rollback()
    postgres.execute(oidc._SQL.add_trip, values)
    assert oidc.end_trip(postgres, "s", "s") == ("n", "v")
    with pytest.raises(KervanError):
        oidc.end_trip(postgres, "s", "s")
    late = clock.from_ms(clock.now_ms() - 1)
    postgres.execute(oidc._SQL.add_trip, {**values, "expires": late})
    with pytest.raises(KervanError):
        oidc.end_trip(postgres, "s", "s")


def test_it_is_on_with_an_issuer_and_a_name_of_ours_only() -> None:
    assert oidc.is_on(_CONFIG)
    assert not oidc.is_on(Config(oidc_issuer="https://id.example"))
    assert not oidc.is_on(Config())
