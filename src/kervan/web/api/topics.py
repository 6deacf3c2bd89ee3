"""The topics people can choose on their own page."""

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from kervan.consent import preferences
from kervan.web import audit
from kervan.web.api import meanwhile
from kervan.web.api.accept import Plain, Text
from kervan.web.api.meanwhile import Match
from kervan.web.auth import right
from kervan.web.state import house

router = APIRouter(prefix="/v1/topics", tags=["consent"])


class Topic(BaseModel):
    """A topic: a key that consents name, and what it is called in each language."""

    key: Plain = Field(min_length=1, max_length=60)
    names: dict[str, Text]


@router.get("", dependencies=[right("consent.read")])
def topics(request: Request, response: Response) -> list[Topic]:
    """All topics, in the order in which people see them; their edition is in ETag."""
    with house(request).connection() as conn:
        found = preferences.topics(conn)
    response.headers["etag"] = f'"{meanwhile.edition(found)}"'
    return [Topic(key=one.key, names=one.names) for one in found]


@router.put("", status_code=204, dependencies=[right("consent.write")])
def set_topics(request: Request, wanted: list[Topic], if_match: Match = "") -> None:
    """Replace them all; what people said on a topic stays. Raises consent.topic_unfit (422).

    With the ETag you read in If-Match, what somebody else saved meanwhile is not lost:
    web.changed_meanwhile (409).
    """
    with house(request).connection() as conn:
        meanwhile.hold(conn, "topics")
        meanwhile.expect(if_match, meanwhile.edition(preferences.topics(conn)))
        preferences.set_topics(
            conn, [preferences.Topic(one.key, dict(one.names)) for one in wanted]
        )
        audit.record(conn, request, "topics.changed", keys=[one.key for one in wanted])
