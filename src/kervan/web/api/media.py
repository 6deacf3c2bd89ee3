"""The media library: pictures for messages, their words in each language, who shows them."""

import hashlib
import tempfile
import uuid
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import IO, Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, Field

from kervan.content.media import confined, store, texts
from kervan.content.media import picture as reading
from kervan.content.media.store import Media
from kervan.kernel import clock
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.onsite import store as onsite
from kervan.web import audit
from kervan.web.api import meanwhile
from kervan.web.api.accept import Plain, Text
from kervan.web.api.meanwhile import Match
from kervan.web.auth import right
from kervan.web.pictures import address_of, forget
from kervan.web.reader import reader_of
from kervan.web.state import House, house

router = APIRouter(prefix="/v1/media", tags=["media"])
_MEGABYTE = 1024 * 1024
# Whoever is told 413 while still sending sees a broken line instead; so much more is thrown away.
_DRAIN_BYTES = 3 * reading.MOST_BYTES
_UPLOAD: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


class PictureTexts(BaseModel):
    """What is said of a picture; `alt` by language, for those who do not see it."""

    name: Plain = Field(max_length=texts.NAME_CHARS)
    alt: dict[Text, Plain] = {}
    tags: list[Plain] = Field(default=[], max_length=texts.MOST_TAGS)


class PictureSize(BaseModel):
    """One width of it, in pixels, with its address: good for everybody, and for ever."""

    width: int
    height: int
    kind: str
    size_bytes: int
    url: str


class User(BaseModel):
    """A live text that shows it: its kind (message, block, onsite), key and name."""

    kind: str
    key: str
    name: str


class Picture(PictureTexts):
    """A picture; `width` and `height` are the upload's own, `sizes` what is sent out.

    `edition` is another as soon as somebody changes what is said of it.
    """

    id: uuid.UUID
    width: int
    height: int
    moving: bool
    sizes: list[PictureSize]
    users: list[User]
    at: datetime
    archived_at: datetime | None
    edition: str


class PictureList(BaseModel):
    """A piece of the list, the newest first; `before` asks for the next one, None at the end."""

    items: list[Picture]
    total: int
    before: uuid.UUID | None


class Uploaded(BaseModel):
    """What came of an upload; not `new` where the same file was there."""

    new: bool
    picture: Picture


@dataclass(frozen=True, slots=True)
class Upload:
    """A body on disk with the hash of it, never whole in memory."""

    file: IO[bytes]
    hash: bytes


async def _uploaded(request: Request) -> AsyncIterator[Upload]:
    """The body, as it streams in. Raises content.media_too_large (413)."""
    declared = request.headers.get("content-length", "")
    known = int(declared) if declared.isdigit() and len(declared) < 20 else 0
    with tempfile.TemporaryFile() as file:
        digest, size = hashlib.sha256(), 0
        async for chunk in request.stream():
            size += len(chunk)
            if max(size, known) <= reading.MOST_BYTES:
                digest.update(chunk)
                file.write(chunk)
            elif size > _DRAIN_BYTES:
                break
        if max(size, known) > reading.MOST_BYTES:
            limit = reading.MOST_BYTES // _MEGABYTE
            raise KervanError("content.media_too_large", status=413, limit=limit)
        yield Upload(file, digest.digest())


@router.get("", dependencies=[right("journeys.read")])
def media(
    request: Request,
    q: Text = "",
    *,
    archived: bool = False,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
    before: uuid.UUID | None = None,
) -> PictureList:
    """Pictures, the newest first; `q` looks in names, tags and alt texts, in any letters."""
    mine = house(request)
    with mine.connection() as conn:
        found = store.page(conn, q, limit + 1, before, archived=archived)
        items = found.items[:limit]
        shown = _shown(mine, conn, items)
    more = items[-1].id if len(found.items) > limit else None
    return PictureList(items=shown, total=found.total, before=more)


@router.post("", dependencies=[right("journeys.edit")], openapi_extra=_UPLOAD)
def bring(
    request: Request, upload: Annotated[Upload, Depends(_uploaded)], name: Text = ""
) -> Uploaded:
    """Take in a picture as the body is: PNG, JPEG, GIF or WebP, up to 32 MB; `name` is its file's.

    The same file twice is one picture; one that was archived comes back. Raises
    content.media_too_large (413), content.media_kind, content.media_svg (415), content.media_large,
    content.media_moving, content.media_broken, content.media_heavy (422), content.media_busy (503).
    """
    mine = house(request)
    with mine.connection() as conn:
        there = store.known(conn, upload.hash)
    # Reading takes a while: no connection is held meanwhile.
    made = None if there else confined.read(upload.file)
    with mine.connection() as conn:
        new = False
        if made is not None:
            written, by = texts.tidy(texts.named_by(name), {}, []), str(reader_of(request).id)
            there, new = store.add(conn, upload.hash, made, written, clock.now(), by)
        assert there is not None
        if new:
            audit.record(conn, request, "media.added", media=str(there))
        elif store.one(conn, there, hold=True).archived_at is not None:
            store.archive(conn, there, None)
            audit.record(conn, request, "media.restored", media=str(there))
        else:
            audit.changed_nothing(request)
        return Uploaded(new=new, picture=_of(mine, conn, there))


@router.get("/{media}", dependencies=[right("journeys.read")])
def one(request: Request, media: uuid.UUID) -> Picture:
    """One picture. Raises content.media_none (404)."""
    mine = house(request)
    with mine.connection() as conn:
        return _of(mine, conn, media)


@router.put("/{media}", dependencies=[right("journeys.edit")])
def write(
    request: Request, media: uuid.UUID, wanted: PictureTexts, if_match: Match = ""
) -> Picture:
    """Say anew what is said of a picture; messages that show it keep the alt text they have.

    With the edition you read in If-Match, what somebody else saved meanwhile is not lost:
    web.changed_meanwhile (409). Raises also content.media_none (404), content.media_unfit and
    content.language_unknown (422).
    """
    mine = house(request)
    tidy = texts.tidy(wanted.name, wanted.alt, wanted.tags)
    with mine.connection() as conn:
        before = store.one(conn, media, hold=True)
        meanwhile.expect(if_match, _edition(before))
        if tidy == before.texts:
            audit.changed_nothing(request)
        else:
            store.change(conn, media, tidy)
            audit.record(conn, request, "media.changed", media=str(media))
        return _of(mine, conn, media)


@router.post("/{media}/archive", dependencies=[right("journeys.edit")])
def archive(request: Request, media: uuid.UUID) -> Picture:
    """Take it out of the list; what shows it goes on doing so. Raises content.media_none (404)."""
    return _archived(request, media, archived=True)


@router.post("/{media}/restore", dependencies=[right("journeys.edit")])
def restore(request: Request, media: uuid.UUID) -> Picture:
    """Put it back into the list. Raises content.media_none (404)."""
    return _archived(request, media, archived=False)


@router.delete("/{media}", dependencies=[right("journeys.edit")], status_code=204)
def delete(request: Request, media: uuid.UUID) -> None:
    """Forget a picture that no text has ever shown; a second later its addresses lead nowhere.

    Raises content.media_none (404), content.media_used (409).
    """
    mine = house(request)
    with mine.connection() as conn:
        if onsite.ever_showed(conn, store.one(conn, media, hold=True).token):
            raise KervanError("content.media_used", status=409)
        store.delete(conn, media)
        audit.record(conn, request, "media.deleted", media=str(media))
    forget(mine)


def _archived(request: Request, media: uuid.UUID, *, archived: bool) -> Picture:
    mine = house(request)
    with mine.connection() as conn:
        before = store.one(conn, media, hold=True)
        if archived == (before.archived_at is not None):
            audit.changed_nothing(request)
        else:
            store.archive(conn, media, clock.now() if archived else None)
            done = "media.archived" if archived else "media.restored"
            audit.record(conn, request, done, media=str(media))
        return _of(mine, conn, media)


def _edition(one: Media) -> str:
    return meanwhile.edition(asdict(one.texts))


def _of(mine: House, conn: Connection, media: uuid.UUID) -> Picture:
    (shown,) = _shown(mine, conn, [store.one(conn, media)])
    return shown


def _shown(mine: House, conn: Connection, given: list[Media]) -> list[Picture]:
    """Pictures as they are told, with what shows them: texts, and campaigns on the site."""
    on_site: dict[str, list[User]] = {}
    for key, name, token in onsite.shows(conn, [one.token for one in given]):
        on_site.setdefault(token, []).append(User(kind="onsite", key=key, name=name))
    return [_told(mine, one, on_site.get(one.token, [])) for one in given]


def _told(mine: House, one: Media, on_site: list[User]) -> Picture:
    sizes = [
        PictureSize(**asdict(file), url=address_of(mine.config, one.token, file.width, file.kind))
        for file in one.files
    ]
    return Picture(
        id=one.id, name=one.texts.name, alt=one.texts.alt, tags=list(one.texts.tags),
        width=one.width, height=one.height, moving=one.moving, sizes=sizes,
        users=[*(User(**asdict(user)) for user in one.users), *on_site], at=one.at,
        archived_at=one.archived_at, edition=_edition(one),
    )  # fmt: skip
