"""Opens an SMTP connection: address from a URL, greeting, TLS, login."""

import asyncio
import base64
import re
import ssl
from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote, urlsplit

from kervan.delivery.channels.channel import LineLost
from kervan.delivery.channels.smtp import Patience, Reply, Session, Wire
from kervan.kernel.errors import KervanError

_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
_TLS_CHOICES = ("auto", "yes", "no")


@dataclass(frozen=True, slots=True)
class Server:
    """Where to submit mail and how; `starttls`: yes (required), no (never), auto (if offered)."""

    host: str
    port: int
    user: str = ""
    password: str = ""
    implicit_tls: bool = False
    starttls: str = "auto"
    verify: bool = True
    ca_path: str = ""
    hello: str = "localhost"
    mails_per_connection: int = 1000
    patience: Patience = field(default_factory=Patience)

    def __repr__(self) -> str:
        """Never the password."""
        return f"Server({self.host}:{self.port}, user={self.user!r}, starttls={self.starttls})"


def parse(url: str, hello: str = "localhost") -> Server:
    """Read `smtp://user:pass@host:port?starttls=yes|no|auto&verify=no` (or `smtps://`).

    Raises delivery.smtp_url_invalid, which never repeats the password.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
        options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    except ValueError:
        raise KervanError("delivery.smtp_url_invalid", problem="port") from None
    if parts.scheme not in ("smtp", "smtps"):
        raise KervanError("delivery.smtp_url_invalid", problem="smtp://")
    if not parts.hostname:
        raise KervanError("delivery.smtp_url_invalid", problem="host")
    starttls = {"true": "yes", "1": "yes", "false": "no", "0": "no"}.get(
        options.get("starttls", "auto"), options.get("starttls", "auto")
    )
    if starttls not in _TLS_CHOICES:
        raise KervanError("delivery.smtp_url_invalid", problem="starttls")
    if unknown := set(options) - {"starttls", "verify", "ca"}:
        raise KervanError("delivery.smtp_url_invalid", problem=sorted(unknown)[0])
    implicit = parts.scheme == "smtps"
    return Server(
        host=parts.hostname,
        port=port or (465 if implicit else 587),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        implicit_tls=implicit,
        starttls=starttls,
        verify=options.get("verify", "yes") not in ("no", "false", "0"),
        ca_path=options.get("ca", ""),
        hello=hello,
    )


def _tls(server: Server) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=server.ca_path or None)
    if not server.verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


async def open_session(server: Server) -> Session:
    """A session ready for mail. Raises LineLost with why there is none."""
    loop = asyncio.get_running_loop()
    wire = Wire()
    try:
        async with asyncio.timeout(server.patience.connect_seconds):
            await loop.create_connection(
                lambda: wire,
                server.host,
                server.port,
                ssl=_tls(server) if server.implicit_tls else None,
                server_hostname=server.host if server.implicit_tls else None,
            )
    except ssl.SSLCertVerificationError:
        raise LineLost("tls_not_trusted") from None
    except ssl.SSLError:
        raise LineLost("tls_failed") from None
    except TimeoutError:
        raise LineLost("connect_timeout") from None
    except OSError:
        raise LineLost("connect_refused") from None
    try:
        return await _introduce(wire, server)
    except BaseException:
        wire.abort("not_ready")
        raise


async def _introduce(wire: Wire, server: Server) -> Session:
    await _expect(wire, server, 220, "greeting")
    extensions = await _hello(wire, server)
    secure = server.implicit_tls
    if not secure and server.starttls != "no":
        if "STARTTLS" in extensions:
            wire = await _upgrade(wire, server)
            extensions = await _hello(wire, server)
            secure = True
        elif server.starttls == "yes":
            raise LineLost("starttls_missing")
    if server.user:
        if not secure and server.starttls != "no":
            raise LineLost("login_needs_tls")
        await _login(wire, server, extensions.get("AUTH", "").upper().split())
    return Session(wire, extensions, server.patience, server.mails_per_connection)


async def _ask(wire: Wire, server: Server, command: bytes) -> Reply:
    wire.write(command + b"\r\n")
    return await wire.reply(server.patience.command_seconds)


async def _expect(wire: Wire, server: Server, code: int, what: str) -> None:
    reply = await wire.reply(server.patience.command_seconds)
    if reply.code != code:
        raise LineLost(f"{what}_{reply.code}")


async def _hello(wire: Wire, server: Server) -> dict[str, str]:
    name = server.hello.encode() if _HOST.fullmatch(server.hello) else b"localhost"
    reply = await _ask(wire, server, b"EHLO " + name)
    if reply.code == 250:
        words = [line.decode("ascii", "replace").partition(" ") for line in reply.lines[1:]]
        return {keyword.upper(): rest for keyword, _, rest in words}
    reply = await _ask(wire, server, b"HELO " + name)
    if reply.code != 250:
        raise LineLost(f"hello_{reply.code}")
    return {}


async def _upgrade(wire: Wire, server: Server) -> Wire:
    """STARTTLS; what was said before the handshake is thrown away with the old wire (RFC 3207)."""
    reply = await _ask(wire, server, b"STARTTLS")
    if reply.code != 220:
        raise LineLost(f"starttls_{reply.code}")
    if wire.unread():
        raise LineLost("talk_before_tls")
    inner = Wire()
    loop = asyncio.get_running_loop()
    try:
        transport = await loop.start_tls(
            wire.transport,
            inner,
            _tls(server),
            server_hostname=server.host,
            ssl_handshake_timeout=server.patience.connect_seconds,
        )
    except ssl.SSLCertVerificationError:
        raise LineLost("tls_not_trusted") from None
    except (ssl.SSLError, OSError):
        raise LineLost("tls_failed") from None
    if transport is None:
        raise LineLost("tls_failed")
    inner.connection_made(transport)
    return inner


async def _login(wire: Wire, server: Server, offered: list[str]) -> None:
    user, password = server.user.encode(), server.password.encode()
    if "PLAIN" in offered or not offered:
        token = base64.b64encode(b"\0" + user + b"\0" + password)
        reply = await _ask(wire, server, b"AUTH PLAIN " + token)
    elif "LOGIN" in offered:
        reply = await _ask(wire, server, b"AUTH LOGIN")
        for secret in (user, password):
            if reply.code == 334:
                reply = await _ask(wire, server, base64.b64encode(secret))
    else:
        raise LineLost("login_method_missing")
    if reply.code != 235:
        raise LineLost("login_refused" if reply.code // 100 == 5 else f"login_{reply.code}")
