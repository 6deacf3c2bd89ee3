"""The people who work here: who they are, what they may do, how they prove it."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kervan.kernel import clock, ids, sql
from kervan.kernel.crypto import Vault
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.profiles.identifiers import fold
from kervan.web import access, passwords, roles, totp

_SQL = sql.load(__package__, "users.sql")
# Plain letters only: no address may look like another's.
_EMAIL = re.compile(r"[a-z0-9._%+'-]{1,64}@(?:[a-z0-9-]{1,63}\.)+[a-z0-9-]{2,63}")


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who may sign in."""

    id: UUID
    email: str
    name: str
    locale: str
    password_hash: str | None
    totp_sealed: bytes | None
    totp_step: int
    disabled_at: datetime | None


@dataclass(frozen=True, slots=True)
class Listed:
    """Somebody as the list of users shows her."""

    id: UUID
    email: str
    name: str
    locale: str
    roles: list[str]
    has_password: bool
    has_second_factor: bool
    has_provider: bool
    disabled_at: datetime | None
    seen_at: datetime | None


def folded(email: str) -> str:
    """An address as accounts are known by it: NFKC, lower case, I, İ and ı the same letter."""
    return fold(unicodedata.normalize("NFKC", email.strip()))


def add(
    conn: Connection,
    workspace: str,
    email: str,
    held: list[str],
    *,
    name: str = "",
    locale: str = "",
) -> UUID:
    """A new user with roles in a workspace; she chooses her password by a link.

    Who has an account of another workspace becomes a member with the name and password she has.
    Raises web.email_not_good (400), web.role_unknown (400), web.user_exists (409).
    """
    address = folded(email)
    if len(address) > 254 or not _EMAIL.fullmatch(address):
        raise KervanError("web.email_not_good", status=400)
    _must_be_roles(held)
    user = ids.uuid7()
    values = {"id": user, "email": address, "name": name.strip()[:100], "locale": locale}
    if conn.execute(_SQL.add, {**values, "now": clock.now()}).rowcount != 1:
        known = by_email(conn, address)
        if known is None or workspace in places(conn, known.id):
            raise KervanError("web.user_exists", status=409, email=address)
        user = known.id
    conn.execute(_SQL.set_roles, {"id": user, "workspace": workspace, "roles": held})
    return user


def by_email(conn: Connection, email: str) -> User | None:
    """Who has this address, disabled or not."""
    return _one(conn, _SQL.by_email, {"email": folded(email).replace("\0", "")})


def by_id(conn: Connection, user: UUID) -> User:
    """Who has this number. Raises web.user_unknown (404)."""
    found = _one(conn, _SQL.by_id, {"id": user})
    if found is None:
        raise KervanError("web.user_unknown", status=404)
    return found


def everybody(conn: Connection, workspace: str) -> list[Listed]:
    """The members of a workspace, those who are disabled last."""
    return [Listed(*row) for row in conn.execute(_SQL.everybody, {"workspace": workspace})]


def places(conn: Connection, user: UUID) -> set[str]:
    """The keys of the workspaces somebody is a member of."""
    return {key for (key,) in conn.execute(_SQL.places, {"id": user}).fetchall()}


def must_be_ours(conn: Connection, workspace: str, user: UUID, *, alone: bool = False) -> None:
    """That she is a member here, and with `alone` nowhere else: an account is the installation's,
    and who is an owner of one company may not make herself a password for another's.

    Raises web.user_unknown (404), web.user_shared (409).
    """
    where = places(conn, user)
    if workspace not in where:
        raise KervanError("web.user_unknown", status=404)
    if alone and len(where) > 1:
        raise KervanError("web.user_shared", status=409)


def set_roles(conn: Connection, workspace: str, user: UUID, held: list[str]) -> None:
    """Give a user these roles and no others.

    Raises web.role_unknown (400), web.user_unknown (404), web.last_owner (409).
    """
    _must_be_roles(held)
    by_id(conn, user)
    if "owner" not in held:
        _must_leave_an_owner(conn, workspace, user)
    conn.execute(_SQL.set_roles, {"id": user, "workspace": workspace, "roles": held})


def disable(conn: Connection, workspace: str, user: UUID) -> None:
    """Let a user in no more: her sessions end now, her keys stop.

    Who is a member of another workspace too stays one there, and is none here any more.
    Raises web.user_unknown (404), web.last_owner (409).
    """
    by_id(conn, user)
    _must_leave_an_owner(conn, workspace, user)
    if len(places(conn, user)) > 1:
        conn.execute(_SQL.leave, {"id": user, "workspace": workspace})
        return
    conn.execute(_SQL.set_disabled, {"id": user, "at": clock.now()})
    access.end_sessions(conn, user)


def enable(conn: Connection, user: UUID) -> None:
    """Let a disabled user in again. Raises web.user_unknown (404)."""
    by_id(conn, user)
    conn.execute(_SQL.set_disabled, {"id": user, "at": None})


def set_password(
    conn: Connection, user: User, password_hash: str, *, but_session: UUID | None = None
) -> None:
    """Keep a new password and end every session but the one given."""
    values = {"id": user.id, "hash": password_hash, "now": clock.now()}
    conn.execute(_SQL.set_password, values)
    access.end_sessions(conn, user.id, but_session)


def rehash(conn: Connection, user: User, password_hash: str) -> None:
    """Keep the same password, hashed with today's settings."""
    values = {"id": user.id, "hash": password_hash, "now": clock.now()}
    conn.execute(_SQL.set_password, values)


def set_locale(conn: Connection, user: UUID, locale: str) -> None:
    """The language she reads."""
    conn.execute(_SQL.set_locale, {"id": user, "locale": locale})


def draft_second_factor(conn: Connection, vault: Vault, user: User) -> bytes:
    """A new secret to put into an app; it counts from `confirm_second_factor` on."""
    secret = totp.new_secret()
    sealed = totp.seal(vault, str(user.id), secret)
    conn.execute(_SQL.draft_totp, {"id": user.id, "sealed": sealed})
    return secret


def confirm_second_factor(conn: Connection, vault: Vault, user: User, code: str) -> list[str]:
    """Take the drafted secret into use; gives codes of recovery, shown once.

    Raises web.code_wrong (400).
    """
    row = conn.execute(_SQL.drafted_totp, {"id": user.id}).fetchone()
    sealed = row[0] if row else None
    if sealed is None:
        raise KervanError("web.code_wrong", status=400)
    secret = totp.unseal(vault, str(user.id), sealed)
    step = totp.accepted(secret, code, clock.now_ms(), 0)
    if step is None:
        raise KervanError("web.code_wrong", status=400)
    conn.execute(_SQL.set_totp, {"id": user.id, "sealed": sealed, "step": step})
    codes = totp.recovery_codes()
    conn.execute(_SQL.drop_recovery, {"id": user.id})
    hashes = totp.recovery_hashes(str(user.id), codes)
    conn.execute(_SQL.add_recovery, {"id": user.id, "hashes": hashes})
    return codes


def drop_second_factor(conn: Connection, user: UUID) -> None:
    """Ask for no code any more."""
    conn.execute(_SQL.set_totp, {"id": user, "sealed": None, "step": 0})
    conn.execute(_SQL.drop_recovery, {"id": user})


def is_second_factor(conn: Connection, vault: Vault, user: User, given: str) -> bool:
    """Whether this is a code of now or a code of recovery; either is good once."""
    if user.totp_sealed is None:
        return False
    secret = totp.unseal(vault, str(user.id), user.totp_sealed)
    step = totp.accepted(secret, given, clock.now_ms(), user.totp_step)
    if step is not None:
        return conn.execute(_SQL.use_totp, {"id": user.id, "step": step}).rowcount == 1
    mark = totp.recovery_hash(str(user.id), given)
    values = {"id": user.id, "hash": mark, "now": clock.now()}
    return conn.execute(_SQL.use_recovery, values).rowcount == 1


def recovery_left(conn: Connection, user: UUID) -> int:
    """How many codes of recovery are still good."""
    row = conn.execute(_SQL.left_recovery, {"id": user}).fetchone()
    return int(row[0]) if row else 0


def by_provider(
    conn: Connection, issuer: str, subject: str, email: str, *, verified: bool
) -> User | None:
    """Who signs in by a provider: whom it was linked to, else who has the verified address.

    An address that the provider did not verify links nobody, nor does a second identity of one
    provider: who is unknown needs an invitation.
    """
    values: dict[str, object] = {"issuer": issuer, "subject": subject}
    known = _one(conn, _SQL.by_identity, values)
    if known is not None or not verified or not email:
        return known
    user = by_email(conn, email)
    if user is None or user.disabled_at is not None:
        return None
    linked = conn.execute(
        _SQL.link_identity, {**values, "owner": user.id, "now": clock.now()}
    ).rowcount
    return user if linked == 1 else None


def forget_password_of(conn: Connection, user: User) -> str:
    """The secret of a link by which she chooses a new password; shown once."""
    return access.make_link(conn, user.id, access.PASSWORD)


def choose_password(conn: Connection, secret: str, password: str) -> User:
    """Spend such a link on a new password; hashing takes a moment, so call it on its own.

    Raises web.password_link_not_good (401) and what passwords.check raises.
    """
    owner = access.spend_link(conn, secret, access.PASSWORD)
    if owner is None:
        raise KervanError("web.password_link_not_good", status=401)
    user = by_id(conn, owner)
    passwords.check(password, user.email)
    set_password(conn, user, passwords.hashed(password))
    return user


def _one(conn: Connection, statement: str, values: dict[str, object]) -> User | None:
    row = conn.execute(statement, values).fetchone()
    if row is None:
        return None
    return User(row[0], row[1] or "", *row[2:])


def _must_be_roles(held: list[str]) -> None:
    unknown = [one for one in held if one not in roles.names()]
    if unknown or not held:
        raise KervanError(
            "web.role_unknown", status=400, role=", ".join(unknown), known=", ".join(roles.names())
        )


def _must_leave_an_owner(conn: Connection, workspace: str, user: UUID) -> None:
    conn.execute(_SQL.lock_owners)
    values = {"workspace": workspace, "but": user}
    row = conn.execute(_SQL.owners, values).fetchone()
    held = conn.execute(_SQL.roles_of, {"id": user, "workspace": workspace}).fetchone()
    if held and "owner" in held[0] and row and not row[0]:
        raise KervanError("web.last_owner", status=409)
