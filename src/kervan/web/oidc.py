"""Sign-in at an OpenID provider: authorization code with PKCE, checked as the standard says.

OpenID Connect Core 1.0 §3.1, RFC 7636 (S256), RFC 9207 (the issuer in the answer). What comes back
is believed only with our state in the same browser, our nonce, the provider's signature by its
published keys, its name as issuer, ours as audience, and in time.
"""

import base64
import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast
from urllib.parse import quote, urlencode

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, KeySetSerialization

from kervan.kernel import clock, ids, log, sql
from kervan.kernel.config import Config
from kervan.kernel.errors import KervanError
from kervan.kernel.http import Answer, Caller, Reach, Unanswered, Unreachable
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "oidc.sql")
_log = log.get("web")
_TRIP_MINUTES = 10
_LEEWAY_SECONDS = 60
_TIMEOUT_SECONDS = 10.0
# Signatures by published keys only: "none" and shared secrets are not among them.
_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"]
BACK = "/sign-in/provider/back"


@dataclass(frozen=True, slots=True)
class Trip:
    """A sign-in under way: where to send the browser, and the state it must come back with."""

    address: str
    state: str


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom the provider says it is; `verified` is about the address."""

    issuer: str
    subject: str
    email: str
    verified: bool


def is_on(config: Config) -> bool:
    """Whether a provider is set up."""
    return bool(config.oidc_issuer and config.oidc_client_id)


def begin(conn: Connection, config: Config) -> Trip:
    """Start a trip to the provider. Raises web.provider_absent (404), web.provider_refused."""
    if not is_on(config):
        raise KervanError("web.provider_absent", status=404)
    with Caller(Reach.ANYWHERE, timeout_seconds=_TIMEOUT_SECONDS) as caller:
        facts = _discover(caller, config)
    state, nonce, verifier = ids.secret(32), ids.secret(32), ids.secret(48)
    conn.execute(
        _SQL.add_trip,
        {
            "state": _mark(state),
            "nonce": nonce,
            "verifier": verifier,
            "expires": clock.now() + timedelta(minutes=_TRIP_MINUTES),
        },
    )
    asked = {
        "response_type": "code",
        "client_id": config.oidc_client_id,
        "redirect_uri": config.address + BACK,
        "scope": "openid email profile",
        "state": state,
        "nonce": nonce,
        "code_challenge": _base64url(hashlib.sha256(verifier.encode()).digest()),
        "code_challenge_method": "S256",
    }
    place = str(facts["authorization_endpoint"])
    return Trip(f"{place}{'&' if '?' in place else '?'}{urlencode(asked)}", state)


def end_trip(conn: Connection, state: str, cookie: str) -> tuple[str, str]:
    """(nonce, verifier) of a trip, once, in the browser it began in.

    Raises web.provider_refused (401).
    """
    row = None
    if state and state == cookie:
        row = conn.execute(_SQL.end_trip, {"state": _mark(state)}).fetchone()
    if row is None or row[2] <= clock.now():
        raise _refused("state")
    return row[0], row[1]


def identify(config: Config, code: str, nonce: str, verifier: str, issuer: str = "") -> Identity:
    """Whom the provider gives a code for. Raises web.provider_refused (401)."""
    with Caller(Reach.ANYWHERE, timeout_seconds=_TIMEOUT_SECONDS) as caller:
        facts = _discover(caller, config)
        named = facts.get("authorization_response_iss_parameter_supported") is True
        if (issuer or named) and issuer != facts["issuer"]:
            raise _refused("iss")
        answer = _exchange(caller, config, facts, code, verifier)
        keys = _get(caller, str(facts["jwks_uri"]))
        claims = check_token(config, str(answer.get("id_token", "")), keys, nonce)
        if "email" not in claims and facts.get("userinfo_endpoint"):
            more = _get(
                caller,
                str(facts["userinfo_endpoint"]),
                authorization=f"Bearer {answer.get('access_token', '')}",
            )
            if more.get("sub") != claims["sub"]:
                raise _refused("userinfo")
            claims = {**more, **claims}
    return Identity(
        str(claims["iss"]),
        str(claims["sub"]),
        str(claims.get("email") or ""),
        claims.get("email_verified") is True,
    )


def check_token(config: Config, token: str, keys: dict[str, Any], nonce: str) -> dict[str, Any]:
    """The claims of an ID token that is good now, by §3.1.3.7. Raises web.provider_refused."""
    try:
        decoded = jwt.decode(
            token, KeySet.import_key_set(cast(KeySetSerialization, keys)), algorithms=_ALGORITHMS
        )
    except (JoseError, ValueError, KeyError, TypeError) as error:
        _log.warning("provider_token_refused", error=type(error).__name__)
        raise _refused("signature") from None
    claims = dict(decoded.claims)
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    now = clock.now().timestamp()
    expires, made = _seconds(claims.get("exp")), _seconds(claims.get("iat"))
    wrong = {
        "iss": claims.get("iss") != config.oidc_issuer,
        "aud": config.oidc_client_id not in audiences,
        "azp": (len(audiences) > 1 or "azp" in claims)
        and claims.get("azp") != config.oidc_client_id,
        "exp": expires is None or now > expires + _LEEWAY_SECONDS,
        "iat": made is None or made > now + _LEEWAY_SECONDS,
        "nonce": claims.get("nonce") != nonce,
        "sub": not isinstance(claims.get("sub"), str) or not claims["sub"],
    }
    for name, is_wrong in wrong.items():
        if is_wrong:
            raise _refused(name)
    return claims


def _seconds(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and value is not True else None


def _exchange(
    caller: Caller, config: Config, facts: dict[str, Any], code: str, verifier: str
) -> dict[str, Any]:
    headers = {"content-type": "application/x-www-form-urlencoded", "accept": "application/json"}
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": config.address + BACK,
        "code_verifier": verifier,
    }
    if config.oidc_client_secret:  # RFC 6749 §2.3.1
        pair = f"{quote(config.oidc_client_id, '')}:{quote(config.oidc_client_secret, '')}"
        headers["authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
    else:
        form["client_id"] = config.oidc_client_id
    place = str(facts["token_endpoint"])
    return _object(_call(caller, "POST", place, headers, urlencode(form).encode()))


def _discover(caller: Caller, config: Config) -> dict[str, Any]:
    place = config.oidc_issuer.rstrip("/") + "/.well-known/openid-configuration"
    facts = _get(caller, place)
    if facts.get("issuer") != config.oidc_issuer:
        raise _refused("issuer")
    if not all(
        facts.get(name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")
    ):
        raise _refused("discovery")
    return facts


def _get(caller: Caller, url: str, **headers: str) -> dict[str, Any]:
    return _object(_call(caller, "GET", url, {"accept": "application/json", **headers}))


def _call(
    caller: Caller, method: str, url: str, headers: dict[str, str], body: bytes | None = None
) -> Answer:
    try:
        return caller.call(method, url, headers=headers, body=body)
    except (Unreachable, Unanswered) as error:
        _log.warning("provider_away", error=str(error))
        raise KervanError("web.provider_refused", status=503, problem="network") from None


def _object(answer: Answer) -> dict[str, Any]:
    try:
        found = answer.json()
    except Unanswered:
        found = None
    if answer.status != 200 or not isinstance(found, dict):
        _log.warning("provider_answered", status=answer.status)
        raise _refused(f"HTTP {answer.status}")
    return found


def _refused(problem: str) -> KervanError:
    return KervanError("web.provider_refused", status=401, problem=problem)


def _mark(state: str) -> bytes:
    return hashlib.sha256(state.encode("utf-8", "replace")).digest()


def _base64url(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()
