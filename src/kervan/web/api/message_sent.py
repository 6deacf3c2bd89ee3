"""What a message said, word by word, as long as copies are kept."""

import uuid
from datetime import datetime

from fastapi import APIRouter, Request
from pydantic import BaseModel

from kervan.delivery.archive import keep
from kervan.kernel.errors import KervanError
from kervan.web import audit
from kervan.web.auth import right
from kervan.web.state import house

router = APIRouter(tags=["messages"])


class Sent(BaseModel):
    """The fields of a message as they left, the address in `to`; `at` is when they did."""

    message: uuid.UUID
    at: datetime
    fields: dict[str, str]


@router.get("/v1/messages/{message}/sent", dependencies=[right("people.reveal")])
def sent(request: Request, message: uuid.UUID) -> Sent:
    """The copy of a message; each look at one is in the audit log.

    Raises delivery.no_copy (404): never sent, erased, past its time, or lost with its sender.
    """
    with house(request).connection() as conn:
        found = keep.read(conn, house(request).keys, [message]).get(message)
        if found is None:
            raise KervanError("delivery.no_copy", status=404, message=message)
        audit.record(conn, request, "message.read", message=str(message))
    return Sent(message=message, at=found.at, fields=found.fields)
