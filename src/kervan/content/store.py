"""Keeps compiled template versions: the same source is one row, however often it is saved."""

import hashlib

from kervan.consent import preferences
from kervan.content import company, compiled, known, required
from kervan.content.blocks import store as blocks
from kervan.content.blocks.expand import uses, with_blocks
from kervan.content.compile import VERSION, EmailSource, compile_email, read_source
from kervan.content.compiled import Compiled
from kervan.content.confine import trial
from kervan.content.texts import compile as texts
from kervan.content.texts.compile import TextSource
from kervan.kernel import sql
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "store.sql")


def save(
    conn: Connection, source: EmailSource | TextSource | dict[str, object], law: str | None = None
) -> int:
    """Compile `source` and keep it; gives the id of its version, the same for the same source.

    A dict is an e-mail. Blocks that it uses are taken in as they are now. `law` (a pack's key, ""
    for a place without one) is that of commercial messages; None asks for nothing. Raises
    KervanError content.* for a template that may not be (see `compile_email`, `compile_text`,
    `with_blocks`), for a topic or a brand that nobody knows, and for what the law wants and the
    message lacks.
    """
    message = source if isinstance(source, TextSource) else read_source(source)
    if uses(message):
        message = with_blocks(message, blocks.live(conn))
    _check_about(conn, message, law)
    text = compiled.encode(message)
    is_mail = isinstance(message, EmailSource)
    head = b"%d:" % VERSION if is_mail else b"text %d:" % texts.VERSION
    digest = hashlib.blake2b(head + text, digest_size=32).digest()
    row = conn.execute(_SQL.find, {"hash": digest}).fetchone()
    if row is None:
        made: Compiled
        if isinstance(message, TextSource):
            made = texts.compile_text(message)
        else:
            made = compile_email(message)
        trial.check(made)
        given = {
            "hash": digest,
            "source": text.decode(),
            "compiled": compiled.encode(made),
            "static_links": made.static_links,
        }
        row = conn.execute(_SQL.add, given).fetchone()
        if row is not None:
            trial.passed(conn, row[0])
        row = row or conn.execute(_SQL.find, {"hash": digest}).fetchone()
    assert row is not None
    return int(row[0])


def _check_about(conn: Connection, mail: EmailSource | TextSource, law: str | None) -> None:
    known.check(conn, mail)
    if mail.topic:
        _check_known("topic", mail.topic, [one.key for one in preferences.topics(conn)])
    if mail.brand or law is not None:
        speakers = company.every(conn)
        if mail.brand:
            _check_known("brand", mail.brand, [one for one in speakers if one])
        if law is not None:
            required.check(mail, company.of(speakers, mail.brand), law)


def _check_known(part: str, given: str, known: list[str]) -> None:
    if given not in known:
        code = f"content.{part}_unknown"
        raise KervanError(code, part=part, given=given[:80], known=", ".join(known) or "–")


def link_target(
    conn: Connection, template_version: int, dynamic_links: list[str], link: int
) -> tuple[str, int]:
    """(where link number `link` of a message leads, how many links the message has).

    The address is "" when the message has no such link.
    """
    row = conn.execute(_SQL.static_links, {"id": template_version}).fetchone()
    links = [*(row[0] if row else ()), *dynamic_links]
    return (links[link - 1] if 1 <= link <= len(links) else ""), len(links)
