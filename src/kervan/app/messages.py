"""Messages and blocks of the command line: applies their texts, says what is wrong and where."""

from kervan.app.texts import find, plain
from kervan.consent import packs
from kervan.content.blocks import definition as block_texts
from kervan.content.blocks import store as blocks
from kervan.content.messages import apply as messages
from kervan.content.messages.definition import read
from kervan.content.messages.problem import MessageNotValid
from kervan.journeys import text as texts
from kervan.journeys.text import Place
from kervan.kernel import clock, i18n, postgres
from kervan.kernel.config import Config
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.web import audit

MESSAGE, BLOCK = "message", "block"
BY = "command"


class MessageTextNotValid(KervanError):
    """A text that cannot be a message; says all that is wrong, each with its line and column."""

    def __init__(self, error: MessageNotValid, root: Place) -> None:
        super().__init__(error.code, error.status, **error.params)
        self._problems = error.problems
        self._root = root

    def say(self, locale: str = "en") -> str:
        """A headline and a line per problem."""
        lines = [KervanError.say(self, locale)]
        for one in self._problems:
            line, column = find(self._root, one.path, one.line)
            facts = {"line": line, "column": column, "what": one.what(locale)}
            lines.append(i18n.say("content.text_at", locale, **facts))
        return "\n".join(lines)


def kind(text: str) -> str:
    """Whether a text is of a message or a block, "" for any other. Raises JourneyNotValid."""
    value = texts.read(text).value
    known = (one for one in (MESSAGE, BLOCK) if isinstance(value, dict) and one in value)
    return next(known, "")


def apply_text(config: Config, text: str, *, only_plan: bool = False) -> str:
    """Plan the text of a message or a block and, unless asked not to, make it so.

    Gives what changes, in sentences. Raises MessageTextNotValid, content.text_other (422), and
    what `blocks.apply` raises.
    """
    root = texts.read(text)
    what = kind(text)
    for name, place in root.keys.items():
        if name != what:
            facts = {"line": place[0], "column": place[1], "field": name, "what": what}
            raise KervanError("content.text_other", status=422, **facts)
    under = root.value[what]
    with postgres.connect(config.postgres_url, workspace=config.workspace) as conn:
        if what == BLOCK:
            return _block(config, conn, plain(under), only_plan=only_plan)
        try:
            return _message(config, conn, plain(under), only_plan=only_plan)
        except MessageNotValid as error:
            raise MessageTextNotValid(error, under) from None


def _message(config: Config, conn: Connection, value: object, *, only_plan: bool) -> str:
    wanted = read(value)
    if only_plan:
        return messages.plan(conn, wanted).say(config.locale)
    law = packs.of_country(config.country)
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
