"""The paths on which the SDKs of Segment, RudderStack and PostHog call."""

from dataclasses import dataclass
from urllib.parse import unquote

_TYPES = ("track", "identify", "page", "screen", "group", "alias")
_LETTERS = {"t": "track", "i": "identify", "p": "page", "s": "screen", "g": "group", "a": "alias"}


@dataclass(frozen=True, slots=True)
class Route:
    """What a path is for.

    `answer` is events, import, drop, pixel, flags, or a settings document (segment, rudderstack,
    posthog, posthog_js). `door` is the type of the single event a path takes, `posthog`, or ""
    for a batch. `dialect` chooses the words of the answer. `key` is a write key in the path.
    """

    answer: str
    door: str = ""
    dialect: str = "segment"
    key: str = ""


_FIXED: dict[str, Route] = {
    "/v1/batch": Route("events"),
    "/v1/b": Route("events"),
    "/beacon/v1/batch": Route("events"),
    "/v1/import": Route("import"),
    "/v1/m": Route("drop"),
    "/sourceConfig": Route("rudderstack"),
    "/flags": Route("flags", dialect="posthog"),
    "/decide": Route("flags", dialect="posthog"),
    "/s": Route("drop", dialect="posthog"),
    "/i/v1/analytics/events": Route("events", "posthog", "posthog_v1"),
    **{f"/v1/{name}": Route("events", name) for name in _TYPES},
    **{f"/v1/{letter}": Route("events", name) for letter, name in _LETTERS.items()},
    **{f"/pixel/v1/{name}": Route("pixel", name) for name in ("track", "page")},
    **{
        path: Route("events", "posthog", "posthog")
        for path in ("/batch", "/capture", "/e", "/i/v0/e", "/track", "/engage")
    },
}
# Short words that a page of our own may want for itself; the SDKs only ever POST to them.
_POST_ONLY = frozenset({"/s", "/e", "/batch", "/capture", "/track", "/engage"})
METHODS = {"events": "POST", "import": "POST", "drop": "POST", "flags": "POST"}


def find(path: str, method: str) -> Route | None:
    """The route of a path, with a trailing slash or without; None when it is not ours."""
    if len(path) > 1:
        path = path.rstrip("/")
    route = _FIXED.get(path)
    if route is not None:
        return None if path in _POST_ONLY and method not in ("POST", "OPTIONS") else route
    parts = path.split("/")
    if len(parts) == 5 and parts[1:3] == ["v1", "projects"] and parts[4] == "settings":
        return Route("segment", key=unquote(parts[3]))
    if len(parts) == 4 and parts[1] == "array" and parts[3] in ("config", "config.js"):
        answer = "posthog" if parts[3] == "config" else "posthog_js"
        return Route(answer, dialect="posthog", key=unquote(parts[2]))
    return None
