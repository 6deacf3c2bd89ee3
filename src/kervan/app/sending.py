"""What goes out, from the command line: the policy, the emergency stop, why a message went."""

import argparse

import msgspec

from kervan.app import waiting
from kervan.app.texts import TextNotValid, is_of, plain, under
from kervan.delivery import outbox
from kervan.delivery import why as answers
from kervan.delivery.mail import standing
from kervan.delivery.policy import store
from kervan.delivery.policy.read import read
from kervan.engines import supervise
from kervan.journeys.approval import texts as approvals
from kervan.kernel import clock, i18n, log, postgres
from kervan.kernel.config import Config
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.kernel.shaped import NotValid
from kervan.web import audit

BY = "command"


def is_policy(text: str) -> bool:
    """Whether a text is of a policy. Raises JourneyNotValid."""
    return is_of(text, "policy")


def apply_text(config: Config, text: str, *, only_plan: bool = False) -> str:
    """Plan a policy's text and, unless asked not to, put it into force; what changes, in words.

    Raises TextNotValid and delivery.policy_text_other (422).
    """
    place = under(text, "policy", "delivery.policy_text_other")
    try:
        wanted = read(plain(place))
    except NotValid as error:
        raise TextNotValid(error, place) from None
    with _connect(config) as conn:
        if only_plan:
            return store.plan(conn, wanted).say(config.locale)
        planned = store.plan(conn, wanted)
        proposed = approvals.of_policy(wanted, approvals.number_of(planned))
        if planned.change != store.SAME and (said := waiting.say(config, conn, proposed)):
            return f"{planned.say(config.locale)}\n{said}"
        planned = store.apply(conn, wanted, BY, clock.now())
        if planned.change != store.SAME:
            facts = {"key": wanted.key, "version": planned.number}
            audit.write(conn, config.workspace, "policy.changed", facts)
        return planned.say(config.locale)


def stop(config: Config, arguments: argparse.Namespace) -> int:
    """Hold all marketing of the workspace, or of one channel, brand or journey, at once."""
    campaign = _campaign(arguments)
    scope = outbox.scope_of(arguments.channel, arguments.brand, campaign)
    with supervise.attached(config) as ready, _connect(ready) as conn:
        outbox.stop(
            conn, arguments.reason, clock.now(), arguments.channel, brand=arguments.brand,
            campaign=campaign, everything=arguments.everything, author=BY,
        )  # fmt: skip
        facts: dict[str, object] = {
            "scope": scope, "everything": arguments.everything, "reason": arguments.reason,
        }  # fmt: skip
        audit.write(conn, ready.workspace, "sending.stopped", facts)
    log.say(i18n.say("delivery.stopped", config.locale, scope=scope))
    return 0


def resume(config: Config, arguments: argparse.Namespace) -> int:
    """Let messages go again: what is still true or, with `--drop`, nothing of what waited."""
    brand, domain = arguments.brand, arguments.domain
    campaign = _campaign(arguments)
    scope = outbox.scope_of(arguments.channel, brand, campaign, domain=domain)
    with supervise.attached(config) as ready, _connect(ready) as conn:
        until = clock.now() if arguments.drop else None
        if not outbox.resume(
            conn, arguments.channel, brand=brand, campaign=campaign, domain=domain, drop_until=until
        ):
            raise KervanError("delivery.not_stopped", status=409, scope=scope)
        if domain:
            standing.forgive(conn, domain, brand, clock.now())
        facts: dict[str, object] = {"scope": scope, "drop": arguments.drop}
        audit.write(conn, ready.workspace, "sending.resumed", facts)
    word = "delivery.resumed_dropping" if arguments.drop else "delivery.resumed"
    log.say(i18n.say(word, config.locale, scope=scope))
    return 0


def _campaign(arguments: argparse.Namespace) -> str:
    """The one journey that is meant; a broadcast is stopped by its own word."""
    return outbox.campaign("journey", arguments.journey) if arguments.journey else ""


def why(config: Config, arguments: argparse.Namespace) -> int:
    """Say why a message went, waits or was not sent."""
    with supervise.attached(config) as ready, _connect(ready) as conn:
        told = answers.why(conn, arguments.message)
    if arguments.json:
        log.say(msgspec.json.encode(told, enc_hook=str).decode())
    else:
        log.say(answers.say(told, config.locale, config.timezone))
    return 0


def _connect(config: Config) -> Connection:
    return postgres.connect(config.postgres_url, workspace=config.workspace)
