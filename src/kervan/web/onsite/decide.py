"""Answers a page that asks about the person before it: which pieces, in which words."""

import msgspec
from fastapi import APIRouter, Request
from fastapi.responses import Response

from kervan.kernel import clock, i18n
from kervan.kernel.errors import KervanError
from kervan.onsite import decide as deciding
from kervan.onsite import identity, rules
from kervan.web.onsite import door
from kervan.web.onsite.rules import shown
from kervan.web.state import house

router = APIRouter(include_in_schema=False)


class _Asked(msgspec.Struct, rename="camel"):
    write_key: str
    campaigns: list[str]
    identity: str = ""
    language: str = ""


@router.post("/onsite/v1/decide")
def decide(request: Request, raw: door.Raw) -> Response:
    """What the proved person may see of the `campaigns` named; of a stranger nothing, and no word
    why. Raises as `door.source_of`, onsite.body_unreadable (413, 422), and
    web.too_many_tries (429) for one who asks without end.
    """
    asked = door.read(raw, _Asked)
    mine = house(request)
    source = door.source_of(request, asked.write_key)
    language = asked.language if asked.language in i18n.LOCALES else mine.config.locale
    wanted = set(asked.campaigns[: deciding.MOST])
    at = clock.now()
    with mine.connection() as conn:
        try:
            head = identity.person(conn, mine.keys, mine.config.country, asked.identity, at)
        except KervanError:
            return door.answer({"campaigns": {}}, door.cors(source, request))
        door.slow_down(conn, mine.config.workspace, head)
        known = [
            one
            for one in rules.live(shown(conn), at)
            if one.key in wanted and rules.needs_person(one.campaign)
        ]
        found = deciding.decide(conn, mine.history, mine.keys, head, known, language, at)
    return door.answer({"campaigns": found}, door.cors(source, request))
