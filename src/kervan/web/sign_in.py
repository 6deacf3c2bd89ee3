"""Signing in: a password or a provider's word, then the second factor, then a fresh session.

Whoever is wrong hears the same answer after the same time, whether the account is there or not.
Every try is counted and committed before it is judged.
"""

from dataclasses import dataclass

from fastapi import Request

from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.web import access, audit, passwords, reader, tries, users
from kervan.web.state import house
from kervan.web.users import User


@dataclass(frozen=True, slots=True)
class Entered:
    """The secret of a new session; a `half` one still needs the second factor."""

    secret: str
    half: bool
    locale: str


def by_password(request: Request, email: str, password: str) -> Entered:
    """Raises web.sign_in_refused (401), web.too_many_tries (429), web.foreign_origin (403)."""
    reader.check_origin(request)
    mine, account = house(request), users.folded(email[:400])
    with mine.connection() as conn:
        wait = max(
            tries.take(conn, tries.ADDRESS, reader.address_of(request)),
            tries.take(conn, tries.ACCOUNT, account),
        )
        user = users.by_email(conn, account)
    tries.refuse(wait)
    kept = user.password_hash if user and user.disabled_at is None else None
    if not passwords.verify(kept, password) or user is None or kept is None:
        _note_failure(request, user)
        raise KervanError("web.sign_in_refused", status=401)
    anew = passwords.hashed(password) if passwords.is_dated(kept) else None
    with mine.connection() as conn:
        tries.forget(conn, tries.ACCOUNT, account)
        if anew:
            users.rehash(conn, user, anew)
    return enter(request, user, "password")


def enter(request: Request, user: User, way: str) -> Entered:
    """A new session of somebody who has just proved who she is; the old one ends."""
    half = user.totp_sealed is not None
    with house(request).connection() as conn:
        _end_old(conn, request)
        secret = access.open_session(conn, user.id, way, reader.device_of(request), half=half)
        if not half:
            audit.record_of(conn, request, str(user.id), "signed_in", way=way)
    return Entered(secret, half, user.locale)


def by_code(request: Request, given: str) -> Entered:
    """The whole session in the place of a half one.

    Raises web.not_signed_in (401), web.code_wrong (401), web.too_many_tries (429).
    """
    reader.check_origin(request)
    mine = house(request)
    held = reader.session_of(request)
    if held is None or not held.half:
        raise KervanError("web.not_signed_in", status=401)
    with mine.connection() as conn:
        wait = tries.take(conn, tries.CODE, str(held.owner))
        if wait:
            access.end_session(conn, held.owner, held.id)
    tries.refuse(wait)
    with mine.connection() as conn:
        user = users.by_id(conn, held.owner)
        good = users.is_second_factor(conn, mine.vault, user, given[:100])
        if good:
            tries.forget(conn, tries.CODE, str(held.owner))
            access.end_session(conn, held.owner, held.id)
            way = f"{held.way}+code"
            secret = access.open_session(conn, user.id, way, reader.device_of(request))
            audit.record_of(conn, request, str(user.id), "signed_in", way=way)
            return Entered(secret, False, user.locale)
    _note_failure(request, user)
    raise KervanError("web.code_wrong", status=401)


def by_link(request: Request, secret: str) -> str | None:
    """A session of the command line's account; None for a link that is wrong, old or used."""
    with house(request).connection() as conn:
        session = access.use_link(conn, secret, reader.device_of(request))
        if session:
            _end_old(conn, request)
            audit.record_of(conn, request, str(access.COMMAND_LINE), "signed_in", way="link")
    return session


def choose_password(request: Request, secret: str, password: str, again: str) -> None:
    """Spend a link on a new password; every session of hers ends.

    Raises web.password_link_not_good (401), web.passwords_differ (400), web.too_many_tries (429)
    and what passwords.check raises; after those the link is still good.
    """
    reader.check_origin(request)
    mine = house(request)
    with mine.connection() as conn:
        wait = tries.take(conn, tries.LINK, reader.address_of(request))
    tries.refuse(wait)
    if password != again:
        raise KervanError("web.passwords_differ", status=400)
    with mine.connection() as conn:
        user = users.choose_password(conn, secret, password)
        tries.forget(conn, tries.ACCOUNT, user.email)
        audit.record_of(conn, request, str(user.id), "password_chosen")


def _end_old(conn: Connection, request: Request) -> None:
    secret = request.cookies.get(reader.COOKIE, "")
    old = access.by_session(conn, secret, house(request).config.workspace) if secret else None
    if old:
        access.end_session(conn, old.owner, old.id)


def _note_failure(request: Request, user: User | None) -> None:
    with house(request).connection() as conn:
        audit.record_of(conn, request, str(user.id) if user else "", "sign_in_refused")
