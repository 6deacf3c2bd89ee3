"""The texts that may need approval: what each wants, and the one way in which each goes live."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

import msgspec

from kervan.content.messages import apply as messages
from kervan.content.messages import definition
from kervan.content.messages import store as message_store
from kervan.content.messages.definition import Definition
from kervan.delivery.policy import store as policies
from kervan.delivery.policy.definition import Policy, canonical, decode
from kervan.journeys import apply as journeys
from kervan.journeys import parse, stored
from kervan.journeys.approval.store import Kind, Proposal, Wanted
from kervan.journeys.parse import ZONE
from kervan.journeys.publish import deeds
from kervan.journeys.publish.carry import ALL_STAY, Choice
from kervan.journeys.steps.send import Send
from kervan.journeys.steps.send_email import SendEmail
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection

_MARKETING = "marketing"


class Live(NamedTuple):
    """What became of a text: new, changed or same, and the number of its version."""

    change: str
    number: int


class Place(NamedTuple):
    """Where a text goes live: by which law, in whose language its author is answered, and in which
    zone its times are that name none."""

    law: str | None
    locale: str
    zone: str = ZONE


def of_message(message: Definition, before: int) -> Wanted:
    """A message that somebody wants live."""
    text = msgspec.json.encode(message).decode()
    is_marketing = message.purpose == _MARKETING
    return Wanted("message", message.key, message.name, text, before, is_marketing)


def of_journey(
    conn: Connection, text: str, before: int, choice: Choice = ALL_STAY, zone: str = ZONE
) -> Wanted:
    """A journey that somebody wants live, and what is to become of those inside.

    `zone` is the workspace's. Raises JourneyNotValid.
    """
    journey = parse.parse(text, zone)
    is_marketing = False
    for node in journey.nodes:
        if isinstance(node.step, SendEmail):
            is_marketing |= node.step.class_ == _MARKETING
        elif isinstance(node.step, Send):
            is_marketing |= _purpose(conn, node.step.message) == _MARKETING
    header = journey.header
    said = msgspec.json.encode(choice).decode()
    return Wanted("journey", header.key, header.name, text, before, is_marketing, said)


def of_policy(policy: Policy, before: int) -> Wanted:
    """A policy that somebody wants in force: it is about marketing before all."""
    return Wanted("policy", policy.key, policy.name, canonical(policy), before, marketing=True)


def live_now(conn: Connection, found: Proposal) -> int:
    """The version that is live under a proposal's key, 0 for none."""
    match found.kind:
        case "message":
            message = definition.read(msgspec.json.decode(found.text))
            return messages.plan(conn, message).before
        case "journey":
            return deeds.live_number(conn, stored.read(found.text).header.key)
        case "policy":
            return number_of(policies.plan(conn, decode(found.text)))


def number_of(planned: policies.Plan) -> int:
    """The version of the policy before a plan, 0 for none."""
    return planned.number - (planned.change != policies.SAME)


def go_live(conn: Connection, found: Proposal, at: datetime, place: Place) -> Live:
    """Apply a text as its author would have, in his name. Raises what its room raises."""
    return _APPLY[found.kind](conn, found, at, place)


def _message(conn: Connection, found: Proposal, at: datetime, place: Place) -> Live:
    wanted = definition.read(msgspec.json.decode(found.text))
    done = messages.apply(conn, wanted, at, found.proposed_by, place.law)
    return Live(done.change, done.number)


def _journey(conn: Connection, found: Proposal, at: datetime, place: Place) -> Live:
    choice = msgspec.json.decode(found.choice, type=Choice)
    done = journeys.apply(
        conn, found.text, at, place.locale, law=place.law, choice=choice, by=found.proposed_by,
        zone=place.zone,
    )  # fmt: skip
    return Live(done.change, done.number)


def _policy(conn: Connection, found: Proposal, at: datetime, _: Place) -> Live:
    done = policies.apply(conn, decode(found.text), found.proposed_by, at)
    return Live(done.change, done.number)


_APPLY: dict[Kind, Callable[[Connection, Proposal, datetime, Place], Live]] = {
    "message": _message,
    "journey": _journey,
    "policy": _policy,
}


def _purpose(conn: Connection, key: str) -> str:
    try:
        return message_store.get(conn, key).definition.purpose
    except KervanError:  # applying it says so
        return _MARKETING
