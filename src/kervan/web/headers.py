"""Gives every answer the headers that keep browsers from being turned against their users."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# A page that says nothing of its own may load nothing and be framed nowhere.
_CLOSED = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_YEAR_SECONDS = 31_536_000


def secure(app: ASGIApp, *, https: bool) -> ASGIApp:
    """`app` with safe headers wherever it set none; over `https` browsers are told to stay."""

    async def call(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _ALWAYS.items():
                    headers.setdefault(name, value)
                if https:
                    headers.setdefault("Strict-Transport-Security", f"max-age={_YEAR_SECONDS}")
                headers.setdefault("Content-Security-Policy", _CLOSED)
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await app(scope, receive, told)

    return call
