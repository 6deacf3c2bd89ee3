"""Where somebody wanted to go before she had to sign in, kept while she does."""

import re
from urllib.parse import quote, unquote

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from kervan.web.pages import console

_COOKIE = "kervan_to"
_SECONDS = 900
_LONGEST = 1_000
# Our own console and the live page only: nobody is sent elsewhere by a link that looks like ours.
_PLACE = re.compile(r"/|/console(?:[/?][\w./~%?&=+,:@$-]*)?", re.ASCII)


def remember(request: Request, answer: Response) -> Response:
    """Keep the place that `?to=` names in the browser; anything but a place of ours is ignored."""
    place = _good(request.query_params.get("to", ""))
    if place:
        answer.set_cookie(
            _COOKIE,
            quote(place, safe=""),
            max_age=_SECONDS,
            path="/sign-in",
            httponly=True,
            samesite="lax",
            secure=request.url.scheme == "https",
        )
    return answer


def go(request: Request) -> Response:
    """A redirect to the place that `?to=` names or that was kept, and no more than once.

    Otherwise to the console, or to the live page where the console has not been built.
    """
    kept = _good(unquote(request.cookies.get(_COOKIE, "")))
    place = _good(request.query_params.get("to", "")) or kept
    home = "/console/" if console.is_built() else "/"
    answer = RedirectResponse(place or home, status_code=303)
    if kept:
        answer.delete_cookie(_COOKIE, path="/sign-in")
    return answer


def _good(place: str) -> str:
    return place if len(place) <= _LONGEST and _PLACE.fullmatch(place) else ""
