"""Answers expected errors with their code and a sentence, and unexpected ones without a trace."""

import traceback

from clickhouse_connect.driver.exceptions import OperationalError
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

from kervan.content.messages.problem import MessageNotValid
from kervan.kernel import i18n, log
from kervan.kernel.errors import KervanError
from kervan.kernel.shaped import NotValid
from kervan.segments.problem import SegmentNotValid

_log = log.get("web")


def locale_of(request: Request) -> str:
    """The reader's language: `?lang=`, then the cookie, then Accept-Language."""
    for wanted in (request.query_params.get("lang"), request.cookies.get("kervan_lang")):
        if wanted in i18n.LOCALES:
            return str(wanted)
    return i18n.pick(request.headers.get("accept-language", ""))


def install(app: FastAPI) -> None:
    """Register the handlers on an application."""

    @app.exception_handler(KervanError)
    def expected(request: Request, error: KervanError) -> JSONResponse:
        return answer(error, locale_of(request))

    @app.exception_handler(SegmentNotValid)
    def no_tree(request: Request, error: SegmentNotValid) -> JSONResponse:
        locale = locale_of(request)
        problems = [
            {"path": one.path, "code": one.code, "message": one.what(locale)}
            for one in error.problems
        ]
        head = KervanError(error.code, error.status, **error.params)
        return answer(head, locale, problems=problems)

    @app.exception_handler(MessageNotValid)
    def no_message(request: Request, error: MessageNotValid) -> JSONResponse:
        locale = locale_of(request)
        problems = [
            {"path": one.path, "code": one.code, "message": one.what(locale), "line": one.line}
            for one in error.problems
        ]
        head = KervanError(error.code, error.status, **error.params)
        return answer(head, locale, problems=problems)

    @app.exception_handler(NotValid)
    def no_text(request: Request, error: NotValid) -> JSONResponse:
        locale = locale_of(request)
        problems = [
            {"path": one.path, "code": one.code, "message": one.what(locale)}
            for one in error.problems
        ]
        head = KervanError(error.code, error.status, **error.params)
        return answer(head, locale, problems=problems)

    @app.exception_handler(RequestValidationError)
    def not_valid(request: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"][1:]) or str(first["loc"][0])
        return answer(
            KervanError("web.not_valid", status=422, field=field, problem=first["msg"]),
            locale_of(request),
        )

    @app.exception_handler(HTTPException)
    def http(request: Request, error: HTTPException) -> JSONResponse:
        code = {404: "web.not_found", 405: "web.method"}.get(error.status_code, "web.refused")
        return answer(KervanError(code, status=error.status_code), locale_of(request))

    @app.exception_handler(OperationalError)
    def history_away(request: Request, error: OperationalError) -> JSONResponse:
        _log.warning("history_away", error=type(error).__name__)
        return answer(KervanError("web.busy", status=503), locale_of(request))

    @app.exception_handler(Exception)
    def unexpected(request: Request, error: Exception) -> JSONResponse:
        return answer(KervanError("web.internal", status=500), locale_of(request))


def quiet(app: ASGIApp) -> ASGIApp:
    """`app` whose unexpected errors are logged here: the server would write their text too.

    The text of an exception may hold personal data, so the log gets its name and place only.
    """

    async def call(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await app(scope, receive, send)
        except Exception as error:
            if scope["type"] != "http":
                raise
            frames = traceback.extract_tb(error.__traceback__)[-4:]
            _log.error(
                "request_failed",
                path=scope["path"],
                error=type(error).__name__,
                at=" < ".join(f"{one.filename}:{one.lineno}" for one in reversed(frames)),
            )

    return call


def answer(error: KervanError, locale: str, **more: object) -> JSONResponse:
    """What a program, and so the console, is told of an expected error."""
    headers = {"Retry-After": "2"} if error.status == 503 else None
    body = {"error": {"code": error.code, "message": error.say(locale), **more}}
    return JSONResponse(body, status_code=error.status, headers=headers)
