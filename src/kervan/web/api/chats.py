"""Chats with customers: the link that opens one and says whose it is."""

import uuid
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel

from kervan.delivery import accounts, chat_links
from kervan.kernel import clock
from kervan.kernel.errors import KervanError
from kervan.profiles import read as profiles
from kervan.web import audit
from kervan.web.api import people
from kervan.web.api.accept import Text
from kervan.web.auth import right
from kervan.web.state import house

router = APIRouter(prefix="/v1/people", tags=["people"])


class Wanted(BaseModel):
    """Over which account of a messenger the chat shall be."""

    account: Text


class Invitation(BaseModel):
    """An address to be given to this person alone: whoever opens it is taken for her."""

    url: str
    expires_at: datetime


@router.post("/{person}/chat-link", dependencies=[right("people.write")])
def chat_link(request: Request, person: uuid.UUID, wanted: Wanted) -> Invitation:
    """The link that opens a chat with us and says that it is hers. It agrees to nothing.

    Raises web.person_unknown (404), delivery.account_unknown (404), delivery.no_invitation (409).
    """
    mine, until = house(request), clock.now() + chat_links.LIVES
    with mine.connection() as conn:
        head = people.find(conn, person).head
        hers = profiles.contacts(conn, mine.keys, [head])[head].id
        account = accounts.one(conn, mine.keys, wanted.account)
        invite = account.provider.invite
        settings: Any = account.settings
        word = chat_links.make(mine.keys, account.provider.channel, hers, until)
        url = invite(settings, word) if invite is not None and account.enabled else ""
        if not url:
            raise KervanError("delivery.no_invitation", status=409, name=wanted.account[:80])
        audit.record(conn, request, "people.chat_link", people=[str(hers)], account=account.name)
        return Invitation(url=url, expires_at=until)
