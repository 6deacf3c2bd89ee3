"""Renders pages: escaping always on, words in the reader's language, safe headers."""

from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Any

import minijinja
from fastapi import Request, Response
from fastapi.responses import HTMLResponse
from fastapi.routing import APIRoute

from kervan.kernel import i18n
from kervan.kernel.errors import KervanError
from kervan.web.errors import locale_of
from kervan.web.pages import menu
from kervan.web.pages.forms import NAMES, Forms
from kervan.web.state import house

LANGUAGE_COOKIE = "kervan_lang"
# Nothing from elsewhere, nothing inline: what users wrote can show, but never act.
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # with none, a browser posts a form as if from nowhere
    "Cache-Control": "no-store",
}


@cache
def _templates() -> minijinja.Environment:
    place = files(__package__) / "templates"

    def load(name: str) -> str:
        return (place / name).read_text(encoding="utf-8")

    return minijinja.Environment(
        loader=load,
        auto_escape_callback=lambda name: True,
        undefined_behavior="strict",
        trim_blocks=True,
        lstrip_blocks=True,
    )


def forms_of(request: Request) -> Forms:
    """The forms of the reader who sent `request`."""
    return Forms(locale_of(request), house(request).config.timezone)


def text(template: str, forms: Forms, **facts: Any) -> str:
    """A template rendered for a reader; `t` says words, `forms` writes numbers and times."""

    def say(key: str, **params: Any) -> str:
        return i18n.say(key, forms.locale, **params)

    return _templates().render_template(template, t=say, forms=forms, locale=forms.locale, **facts)


def page(request: Request, template: str, *, status: int = 200, **facts: Any) -> HTMLResponse:
    """A whole page; a language chosen by `?lang=` is remembered."""
    forms = forms_of(request)
    languages = [
        {
            "code": code,
            "name": name,
            "here": code == forms.locale,
            "href": str(request.url.include_query_params(lang=code).replace(scheme="", netloc="")),
        }
        for code, name in NAMES.items()
    ]
    answer = HTMLResponse(
        text(template, forms, languages=languages, menu=menu.of(request), **facts),
        status,
        headers=dict(_HEADERS),
    )
    if request.query_params.get("lang") == forms.locale:
        answer.set_cookie(
            LANGUAGE_COOKIE,
            forms.locale,
            max_age=365 * 86_400,
            samesite="lax",
            secure=request.url.scheme == "https",
        )
    return answer


def part(request: Request, template: str, **facts: Any) -> HTMLResponse:
    """A piece of a page, for the script that keeps it fresh."""
    return HTMLResponse(text(template, forms_of(request), **facts), headers=dict(_HEADERS))


class Page(APIRoute):
    """A route whose expected errors are pages too, and say what to do."""

    def get_route_handler(self) -> Callable[[Request], Any]:
        """The handler of the route, with errors shown as a page."""
        inner = super().get_route_handler()

        async def handle(request: Request) -> Response:
            try:
                return await inner(request)
            except KervanError as error:
                said = error.say(locale_of(request))
                inside = error.status != 401  # else the way back leads nowhere yet
                return page(request, "error.html", status=error.status, message=said, inside=inside)

        return handle
