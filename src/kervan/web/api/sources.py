"""Sources of events: make, list, rotate and revoke keys, switch off."""

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from kervan.collect import sources
from kervan.kernel.errors import KervanError
from kervan.web import audit
from kervan.web.api.accept import Number32, Plain, Text
from kervan.web.auth import right
from kervan.web.state import house

router = APIRouter(prefix="/v1/sources", tags=["sources"])


class NewSource(BaseModel):
    """A sender of events; `kind` decides what its word is worth."""

    name: Plain = Field(min_length=1, max_length=100)
    kind: Text
    allowed_origins: list[Text] = Field(default=[], max_length=1_000)
    rate_limit_per_second: Number32 = 0


class Source(BaseModel):
    """One source as it stands; `keys` are the last four characters of its good keys."""

    id: int
    name: str
    kind: str
    trusted: bool
    allowed_origins: list[str]
    rate_limit_per_second: int
    enabled: bool
    keys: list[str]


class Key(BaseModel):
    """A write key; it is shown this once."""

    write_key: str


class Change(BaseModel):
    """What to change; what is left out stays."""

    name: Plain | None = Field(default=None, min_length=1, max_length=100)
    enabled: bool | None = None
    rate_limit_per_second: Number32 | None = None
    allowed_origins: list[Text] | None = Field(default=None, max_length=1_000)


@router.get("", dependencies=[right("sources.manage")])
def all_sources(request: Request) -> list[Source]:
    """Every source of the workspace."""
    mine = house(request)
    with mine.connection() as conn:
        return [Source(**row) for row in sources.describe(conn, mine.config.workspace)]


@router.post("", status_code=201, dependencies=[right("sources.manage")])
def create(request: Request, new: NewSource) -> Key:
    """Make a source and its first key."""
    mine = house(request)
    with mine.connection() as conn:
        key = Key(
            write_key=sources.create(
                conn,
                mine.config.workspace,
                new.name,
                new.kind,
                allowed_origins=tuple(new.allowed_origins),
                rate_limit_per_second=new.rate_limit_per_second,
            )
        )
        audit.record(conn, request, "source_made", name=new.name, kind=new.kind)
    sources.settle()
    return key


@router.post("/{source}/keys", status_code=201, dependencies=[right("sources.manage")])
def add_key(request: Request, source: Number32) -> Key:
    """One more key; the old ones stay good until they are revoked, so nothing is lost."""
    mine = house(request)
    with mine.connection() as conn:
        _must_exist(sources.exists(conn, mine.config.workspace, source), source)
        key = Key(write_key=sources.add_key(conn, source))
        audit.record(conn, request, "source_changed", source=source, added_key=key.write_key[-4:])
    sources.settle()
    return key


@router.delete("/{source}/keys/{hint}", status_code=204, dependencies=[right("sources.manage")])
def revoke_key(request: Request, source: Number32, hint: Text) -> None:
    """Revoke the keys of a source that end in `hint`."""
    mine = house(request)
    with mine.connection() as conn:
        done = sources.revoke_by_hint(conn, mine.config.workspace, source, hint)
        _must_exist(done, source)
        audit.record(conn, request, "source_changed", source=source, revoked_key=hint)


@router.patch("/{source}", status_code=204, dependencies=[right("sources.manage")])
def change(request: Request, source: Number32, new: Change) -> None:
    """Rename a source, switch it on or off, or change its limits.

    Raises collect.source_exists (409) for a name that another source has.
    """
    mine = house(request)
    with mine.connection() as conn:
        done = sources.change(
            conn,
            mine.config.workspace,
            source,
            name=new.name,
            enabled=new.enabled,
            rate_limit_per_second=new.rate_limit_per_second,
            allowed_origins=new.allowed_origins,
        )
        _must_exist(done, source)
        changed = new.model_dump(exclude_none=True)
        audit.record(conn, request, "source_changed", source=source, **changed)


def _must_exist(found: bool, source: int) -> None:
    if not found:
        raise KervanError("collect.source_unknown", status=404, source=source)
