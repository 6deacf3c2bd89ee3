"""The person of a story as one of the workspace's own people is now: nothing of her is changed."""

from datetime import datetime

import numpy as np
from clickhouse_connect.driver.client import Client

from kervan.delivery import ways
from kervan.delivery.decide import Reason
from kervan.history import read as history
from kervan.journeys.steps import local
from kervan.journeys.tested.facts import Happened, Her
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.postgres import Connection
from kervan.profiles import decisions
from kervan.profiles import gather as profiles
from kervan.profiles import read as contacts
from kervan.segments.columns import People
from kervan.segments.facts import FACTS
from kervan.segments.gather import gather
from kervan.segments.live import store as membership
from kervan.segments.needs import Needs

_MOST_EVENTS = 1_000
_HELD_BACK = (Reason.NO_ADDRESS, Reason.ADDRESS_SUPPRESSED)
_OURS = ("inbox", "store", "webhook")
"""Channels that need no address of hers."""
_WORDS = ("rfm_group", "life_cycle", "engagement")
_NUMBERS = ("rfm", "rfm_recency", "rfm_frequency", "rfm_monetary")


def her(
    conn: Connection, client: Client, vault: WorkspaceVault, head: int, zone: str, country: str,
    start_ms: int, at: datetime,
) -> Her | None:  # fmt: skip
    """Her traits, channels, consents, segments, computed facts and latest events; None if gone.

    `zone` is that of whom none is known. Of her past the latest thousand events count.
    """
    who = profiles.gather(conn, vault, [head], claims=False).get(head)
    if who is None:
        return None
    found = Her(zone, start_ms)
    found.traits = {name: entry[0] for name, entry in who.traits.items() if entry[0] is not None}
    contact = contacts.contacts(conn, vault, [head]).get(head)
    if contact is not None:
        told = ways.of_person(conn, vault, contact, at, country)
        found.channels = [one.channel for one in told if one.reason not in _HELD_BACK]
        found.consents = [one.channel for one in told if one.reason is Reason.NONE]
        found.channels += _OURS
        found.consents += _OURS
    found.segments = [key for key, _ in membership.of_person(conn, head)]
    visits = decisions.visits(conn, who.atoms)
    past = history.timeline(client, who.atoms, visits, limit=_MOST_EVENTS)
    found.events = [Happened(one.at_ms, one.name, one.properties) for one in reversed(past)]
    known, _ = gather(conn, client, np.array([head], np.uint32), Needs(facts=set(FACTS)))
    if len(known):
        _add(found, known)
    return found


def _add(found: Her, known: People) -> None:
    """What Kervan itself knows or computes of her."""
    zone = known.zone.words[known.zone.codes[0]] if known.zone.codes[0] >= 0 else ""
    found.zone = zone if zone and local.known(zone) else found.zone
    day = int(known.birthday[0])
    found.birthday = f"{day // 100:02}-{day % 100:02}" if day else ""
    texts = {
        name: words.words[words.codes[0]]
        for name, words in known.texts.items()
        if words.codes[0] >= 0
    }
    found.language, found.country = texts.get("language", ""), texts.get("country", "")
    found.facts = {name: texts[name] for name in _WORDS if name in texts}
    found.facts |= {
        name: float(known.numbers[name][0])
        for name in _NUMBERS
        if name in known.numbers and not np.isnan(known.numbers[name][0])
    }
