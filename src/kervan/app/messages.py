"""Messages, blocks and brand guides of the command line: applies texts, says what is wrong."""

from kervan.app import waiting
from kervan.app.texts import TextNotValid, find, plain
from kervan.consent import packs
from kervan.content.blocks import definition as block_texts
from kervan.content.blocks import store as blocks
from kervan.content.brand import read as brand_texts
from kervan.content.brand import store as brands
from kervan.content.lint import live, of
from kervan.content.lint.check import ERROR, Finding
from kervan.content.lint.run import NAMES
from kervan.content.messages import apply as messages
from kervan.content.messages.check import examine
from kervan.content.messages.definition import read
from kervan.content.messages.problem import MessageNotValid
from kervan.journeys import text as texts
from kervan.journeys.approval import texts as approvals
from kervan.journeys.checklist import look as checklist
from kervan.journeys.text import Place
from kervan.kernel import clock, i18n, postgres
from kervan.kernel.config import Config
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.kernel.shaped import NotValid
from kervan.web import audit

MESSAGE, BLOCK, BRAND = "message", "block", "brand"
BY = "command"


def kind(text: str) -> str:
    """message, block or brand, "" for any other text. Raises JourneyNotValid."""
    value = texts.read(text).value
    known = (one for one in (MESSAGE, BLOCK, BRAND) if isinstance(value, dict) and one in value)
    return next(known, "")


def apply_text(config: Config, text: str, *, only_plan: bool = False) -> str:
    """Plan the text of a message, a block or a brand guide and, unless asked not to, make it so.

    Gives what changes, in sentences. Raises TextNotValid, content.text_other (422), and
    what `blocks.apply` and `brands.apply` raise.
    """
    what, under = _under(text)
    apply = {MESSAGE: _message, BLOCK: _block, BRAND: _brand}[what]
    with postgres.connect(config.postgres_url, workspace=config.workspace) as conn:
        try:
            return apply(config, conn, plain(under), only_plan=only_plan)
        except (MessageNotValid, NotValid) as error:
            raise TextNotValid(error, under) from None


def _under(text: str) -> tuple[str, Place]:
    """(what a text is of, its data). Raises content.text_other (422)."""
    root = texts.read(text)
    what = kind(text)
    for name, place in root.keys.items():
        if name != what:
            facts = {"line": place[0], "column": place[1], "field": name, "what": what}
            raise KervanError("content.text_other", status=422, **facts)
    under: Place = root.value[what]
    return what, under


def lint_text(config: Config, text: str, *, is_live: bool = False) -> tuple[list[str], bool]:
    """(what the linter tells of a message's text, a line each; whether that keeps it back).

    With `is_live` its links are opened too. Raises TextNotValid, content.lint_no_message.
    """
    if kind(text) != MESSAGE:
        raise KervanError("content.lint_no_message", status=422)
    _, under = _under(text)
    law = packs.of_country(config.country)
    with postgres.connect(config.postgres_url, workspace=config.workspace) as conn:
        try:
            wanted = read(plain(under))
            examined = examine(wanted, blocks.live(conn))
        except MessageNotValid as error:
            raise TextNotValid(error, under) from None
        found = messages.findings(conn, wanted, law, examined)
        subject = of.subject(conn, wanted.brand, law, examined.sources)
    if is_live:
        found += live.look(subject)
    return [_said(one, under, config.locale) for one in found], any(
        one.severity == ERROR for one in found
    )


def _said(one: Finding, under: Place, locale: str) -> str:
    line, column = find(under, one.path, one.line)
    severity = i18n.say(f"content.severity_{one.severity}", locale)
    what = f"{severity} [{one.code.rpartition('lint_')[2]}] {one.what(locale)}"
    return i18n.say("kernel.text_at", locale, line=line, column=column, what=what)


def _message(config: Config, conn: Connection, value: object, *, only_plan: bool) -> str:
    wanted = read(value)
    law = packs.of_country(config.country)
    if only_plan:
        said = messages.plan(conn, wanted, law).say(config.locale)
        points = checklist.of_message(conn, wanted, law)
        return "\n".join([said, *(f"  {one.say(config.locale)}" for one in points)])
    planned = messages.check(conn, wanted, law)
    proposed = approvals.of_message(wanted, planned.before)
    if planned.change != messages.SAME and (said := waiting.say(config, conn, proposed)):
        return f"{planned.say(config.locale)}\n{said}"
    done = messages.apply(conn, wanted, clock.now(), BY, law)
    if done.change != messages.SAME:
        facts: dict[str, object] = {"key": wanted.key, "version": done.number}
        audit.write(conn, config.workspace, f"message.{done.change}", facts)
    return done.say(config.locale)


def _block(config: Config, conn: Connection, value: object, *, only_plan: bool) -> str:
    wanted = block_texts.read(value)
    if only_plan:
        return blocks.plan(conn, wanted).say(config.locale)
    done = blocks.apply(conn, wanted, clock.now(), BY)
    if done.change != blocks.SAME:
        facts: dict[str, object] = {"key": wanted.key, "version": done.number}
        audit.write(conn, config.workspace, f"block.{done.change}", facts)
    return done.say(config.locale)


def _brand(config: Config, conn: Connection, value: object, *, only_plan: bool) -> str:
    wanted = brand_texts.read(value, NAMES)
    if only_plan:
        return brands.plan(conn, wanted).say(config.locale)
    done = brands.apply(conn, wanted, clock.now(), BY)
    if done.change != brands.SAME:
        facts: dict[str, object] = {"brand": wanted.key, "version": done.number}
        audit.write(conn, config.workspace, f"brand.{done.change}", facts)
    return done.say(config.locale)
