"""Makes one text so: a journey, a segment, a message, a policy; its first word says which."""

import argparse
from collections.abc import Callable

from kervan.app import broadcasts, messages, onsite, segments, sending, spending, waiting
from kervan.consent import packs
from kervan.engines import supervise
from kervan.journeys import apply as journeys
from kervan.journeys import parse
from kervan.journeys.approval import texts as approvals
from kervan.journeys.checklist import look as checklist
from kervan.kernel import clock, log, postgres
from kervan.kernel.config import Config
from kervan.kernel.errors import KervanError
from kervan.web import audit


def apply_journey(config: Config, text: str, *, only_plan: bool = False) -> journeys.Plan:
    """Plan a journey text and, unless asked not to, make it live. Raises JourneyNotValid."""
    with postgres.connect(config.postgres_url, workspace=config.workspace) as conn:
        if only_plan:
            return journeys.plan(conn, text, config.locale, zone=config.timezone)
        law = packs.of_country(config.country)
        done = journeys.apply(
            conn, text, clock.now(), config.locale, law=law, by=sending.BY, zone=config.timezone
        )
        if done.change != "same":
            facts: dict[str, object] = {"key": done.key, "version": done.number}
            audit.write(conn, config.workspace, "journey.published", facts)
        return done


def apply(config: Config, arguments: argparse.Namespace) -> int:
    """Show what a text changes, then make it so; its first word says what it is of."""
    try:
        text = arguments.file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise KervanError("cli.cannot_read", path=arguments.file, problem=str(error)) from None
    with supervise.attached(config) as ready:
        log.say(_applier(text)(ready, text, only_plan=arguments.plan))
    return 0


def _applier(text: str) -> Callable[..., str]:
    if segments.is_segment(text):
        return segments.apply_text
    if messages.kind(text):
        return messages.apply_text
    if sending.is_policy(text):
        return sending.apply_text
    if spending.is_budget(text):
        return spending.apply_text
    if broadcasts.is_broadcast(text):
        return broadcasts.apply_text
    if onsite.is_campaign(text):
        return onsite.apply_text
    return _apply_journey


def _apply_journey(config: Config, text: str, *, only_plan: bool = False) -> str:
    if not only_plan:
        with postgres.connect(config.postgres_url, workspace=config.workspace) as conn:
            law = packs.of_country(config.country)
            planned = journeys.check(conn, text, config.locale, law=law, zone=config.timezone)
            proposed = approvals.of_journey(conn, text, planned.before, zone=config.timezone)
            if planned.change != "same" and (told := waiting.say(config, conn, proposed)):
                return f"{planned.say(config.locale)}\n{told}"
    said = apply_journey(config, text, only_plan=only_plan).say(config.locale)
    if only_plan:
        with postgres.connect(config.postgres_url, workspace=config.workspace) as conn:
            law = packs.of_country(config.country)
            items = checklist.of_journey(conn, parse.parse(text, config.timezone), law)
        said = "\n".join([said, *(f"  {one.say(config.locale)}" for one in items)])
    return said
