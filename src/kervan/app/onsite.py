"""Campaigns on the site, from the command line: applies their texts, says what is wrong where."""

from kervan.app.texts import TextNotValid, plain
from kervan.journeys import text as texts
from kervan.kernel import clock, postgres
from kervan.kernel.config import Config
from kervan.kernel.errors import KervanError
from kervan.kernel.shaped import NotValid
from kervan.onsite import apply
from kervan.onsite.definition import read
from kervan.web import audit

WORD = "onsite"
BY = "command"


def is_campaign(text: str) -> bool:
    """Whether a text is of a campaign on the site. Raises JourneyNotValid."""
    root = texts.read(text)
    return isinstance(root.value, dict) and WORD in root.value


def apply_text(config: Config, text: str, *, only_plan: bool = False) -> str:
    """Plan a campaign's text and, unless asked not to, make it live; what changes, in words.

    Raises TextNotValid and onsite.text_other (422).
    """
    root = texts.read(text)
    for name, place in root.keys.items():
        if name != WORD:
            facts = {"line": place[0], "column": place[1], "field": name}
            raise KervanError("onsite.text_other", status=422, **facts)
    under = root.value[WORD]
    with postgres.connect(config.postgres_url, workspace=config.workspace) as conn:
        try:
            wanted = read(plain(under))
            if only_plan:
                return apply.plan(conn, wanted).say(config.locale)
            done = apply.apply(conn, wanted, clock.now(), BY)
        except NotValid as error:
            raise TextNotValid(error, under) from None
        if done.change != apply.SAME:
            told: dict[str, object] = {"key": wanted.key, "version": done.number}
            audit.write(conn, config.workspace, f"onsite.{done.change}", told)
        return done.say(config.locale)
