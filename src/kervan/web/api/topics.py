"""The topics people can choose on their own page."""

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from kervan.consent import preferences
from kervan.web import audit
from kervan.web.api.accept import Plain, Text
from kervan.web.auth import right
from kervan.web.state import house

router = APIRouter(prefix="/v1/topics", tags=["consent"])


class Topic(BaseModel):
    """A topic: a key that consents name, and what it is called in each language."""

    key: Plain = Field(min_length=1, max_length=60)
    names: dict[str, Text]


@router.get("", dependencies=[right("consent.read")])
def topics(request: Request) -> list[Topic]:
    """All topics, in the order in which people see them."""
    with house(request).connection() as conn:
        return [Topic(key=one.key, names=one.names) for one in preferences.topics(conn)]


@router.put("", status_code=204, dependencies=[right("consent.write")])
def set_topics(request: Request, wanted: list[Topic]) -> None:
    """Replace them all; what people said on a topic stays. Raises consent.topic_unfit (422)."""
    with house(request).connection() as conn:
        preferences.set_topics(
            conn, [preferences.Topic(one.key, dict(one.names)) for one in wanted]
        )
        audit.record(conn, request, "topics.changed", keys=[one.key for one in wanted])
