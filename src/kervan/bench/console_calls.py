"""What each page of the console asks of the server when it opens.

tests/console/test_pages.py holds this list to what a browser really asks. Names in braces are
filled in anew for each opening; `me`, asked once for a tab, is left out.
"""

from dataclasses import dataclass
from typing import Any

from kervan.bench.rehearse import JOURNEY


@dataclass(frozen=True, slots=True)
class Call:
    """One request: a body is sent as JSON; `{person}` and the like stand for something there is."""

    method: str
    path: str
    body: Any = None


def _get(path: str) -> Call:
    return Call("GET", path)


def _post(path: str, body: Any) -> Call:
    return Call("POST", path, body)


_LIST = {"text": "", "by": "last_seen", "descending": True, "limit": 50, "traits": []}
PAGES: dict[str, tuple[Call, ...]] = {
    "/overview": (
        _get("/v1/overview?from={from}&to={to}&compare=previous"),
        _get("/v1/metrics"),
        _get("/v1/sample"),
    ),
    "/people": (_get("/v1/segments"), _get("/v1/sample"), _post("/v1/people/list", _LIST)),
    "/people/$person": (
        _get("/v1/people/{person}?masked=true"),
        _get("/v1/people/{person}/channels"),
        _get("/v1/people/{person}/told?of=all&limit=50"),
    ),
    "/segments": (_get("/v1/segments?state=active&figures=true"),),
    "/segments/~rfm": (_get("/v1/rfm"),),
    "/segments/$segment": (
        _get("/v1/segments/{segment}"),
        _post("/v1/segments/preview", {"segment": "{segment}", "sample": 20}),
        _get("/v1/segments/{segment}/days?days=30"),
        _get("/v1/segments/{segment}/uses"),
        _get("/v1/segments/{segment}/versions"),
    ),
    "/journeys": (_get("/v1/journeys/definitions"),),
    "/journeys/$journey": (
        _get("/v1/journeys/definitions"),
        _get("/v1/journeys/{journey}/definition"),
        _get("/v1/journeys/{journey}/numbers"),
        _post("/v1/journeys/outline", {"text": JOURNEY}),
    ),
    "/messages": (_get("/v1/messages"), _get("/v1/approvals?limit=1000")),
    "/media": (_get("/v1/media?q=&archived=false&limit=100"),),
    "/broadcasts": (_get("/v1/broadcasts?before=0&limit=100"),),
    "/settings/sources": (_get("/v1/dead-letters"), _get("/v1/sources")),
    "/settings/channels": (_get("/v1/mail/domains"), _get("/v1/accounts"), _get("/v1/providers")),
    "/settings/users": (_get("/v1/users"),),
    "/settings/audit": (_get("/v1/audit?limit=200"),),
    "/start": (
        _get("/v1/sources"),
        _get("/v1/company"),
        _get("/v1/brand"),
        _get("/v1/accounts"),
        _get("/v1/mail/domains"),
        _post("/v1/people/list", {"limit": 1}),
        _get("/v1/journeys/definitions"),
        _get("/v1/sample"),
    ),
}
SEARCH = (_get("/v1/people/search?q={text}&limit=8"),)
"""What the palette asks at each pause of the typing."""
