"""Keys of programs: make with scopes and an expiry, list, revoke."""

from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from kervan.kernel import clock
from kervan.kernel.errors import KervanError
from kervan.web import access, audit
from kervan.web.api.accept import Plain, Text
from kervan.web.auth import right
from kervan.web.reader import reader_of
from kervan.web.state import house

router = APIRouter(prefix="/v1/keys", tags=["keys"])


class NewKey(BaseModel):
    """What a key is for: `scopes` are rights, of its maker's own and no more."""

    name: Plain = Field(min_length=1, max_length=100)
    scopes: list[Text] = Field(min_length=1, max_length=100)
    days: Annotated[int, Field(ge=1, le=3_650)] = 365


class Made(BaseModel):
    """The key, shown this once."""

    id: UUID
    key: str


class Key(BaseModel):
    """One key; `scopes` None means all that its maker may do."""

    id: UUID
    name: str
    scopes: list[str] | None
    made_at: datetime
    expires_at: datetime | None
    seen_at: datetime | None
    maker: str


@router.get("", dependencies=[right("keys.manage")])
def all_keys(request: Request) -> list[Key]:
    """Every key that is not revoked."""
    mine = house(request)
    with mine.connection() as conn:
        found = access.keys(conn, mine.config.workspace)
    return [
        Key(
            id=one.id,
            name=one.name,
            scopes=None if one.scopes is None else list(one.scopes),
            made_at=one.made,
            expires_at=one.expires,
            seen_at=one.seen,
            maker=one.maker,
        )
        for one in found
    ]


@router.post("", status_code=201, dependencies=[right("keys.manage")])
def make(request: Request, new: NewKey) -> Made:
    """Make a key. Raises web.right_unknown (400) for a scope its maker has not."""
    return issue(request, new)


def issue(request: Request, new: NewKey) -> Made:
    """Make a key for the reader and write it down. Raises web.right_unknown (400)."""
    mine, reader = house(request), reader_of(request)
    unknown = sorted(set(new.scopes) - reader.rights)
    if unknown:
        raise KervanError(
            "web.right_unknown",
            status=400,
            right=", ".join(unknown)[:200],
            known=", ".join(sorted(reader.rights)),
        )
    with mine.connection() as conn:
        key, secret = access.make_key(
            conn,
            new.name,
            reader.owner,
            workspace=mine.config.workspace,
            scopes=sorted(set(new.scopes)),
            expires=clock.now() + timedelta(days=new.days),
        )
        audit.record(conn, request, "key_made", key=key, scopes=new.scopes, days=new.days)
    return Made(id=key, key=secret)


@router.delete("/{key}", status_code=204, dependencies=[right("keys.manage")])
def revoke(request: Request, key: UUID) -> None:
    """Revoke a key at once. Raises web.key_unknown (404)."""
    withdraw(request, key)


def withdraw(request: Request, key: UUID) -> None:
    """Revoke a key and write it down. Raises web.key_unknown (404)."""
    mine = house(request)
    with mine.connection() as conn:
        if not access.revoke_key(conn, mine.config.workspace, key):
            raise KervanError("web.key_unknown", status=404)
        audit.record(conn, request, "key_revoked", key=key)
