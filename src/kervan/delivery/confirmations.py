"""Sends the mails that ask for a confirmation, or confirm a consent the day it was given."""

import uuid
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parseaddr
from zoneinfo import ZoneInfo

import msgspec
from babel.dates import format_date, format_time

from kervan.consent import opt_in, preferences
from kervan.consent.opt_in import Mail
from kervan.content import store as templates
from kervan.delivery import outbox
from kervan.delivery.letters.write import letter
from kervan.delivery.states import TRANSACTIONAL
from kervan.kernel import clock, i18n, ids, log, sql
from kervan.kernel.config import Config
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.postgres import Connection
from kervan.profiles import read as profiles

_SQL = sql.load(__package__, "confirmations.sql")
_log = log.get("confirmations")
JOURNEY = "consent"
"""What the messages name as their journey; no journey of a shop has a step of these names."""
_BATCH = 500
_LIVES = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class House:
    """What the mails say of the shop: its name, and the language and zone of who said none."""

    shop: str
    locale: str
    zone: str

    @classmethod
    def of(cls, config: Config) -> "House":
        """The house of a configuration; the shop's name is that of KERVAN_MAIL_FROM."""
        name, address = parseaddr(config.mail_from)
        return cls(name or address.rpartition("@")[2], config.locale, config.timezone)


def step(conn: Connection, vault: WorkspaceVault, house: House, at_ms: int) -> bool:
    """Intend the mails that are due, in the caller's transaction; True when there may be more."""
    at = clock.from_ms(at_ms)
    mails = opt_in.due(conn, at, _BATCH)
    if not mails:
        return False
    people = sorted({one.person for one in mails})
    keys = profiles.keys(conn, people)
    languages = _languages(conn, vault, people, house)
    good = [one for one in mails if one.person in keys]
    wanted = outbox.Intents()
    for one in good:
        language = languages[one.person]
        wanted.key.append(_key(one))
        wanted.person.append(one.person)
        wanted.journey.append(JOURNEY)
        wanted.version.append(1)
        wanted.step.append(one.kind)
        wanted.run.append(0)
        wanted.channel.append(one.channel)
        wanted.message_class.append(TRANSACTIONAL)
        wanted.template_version.append(templates.save(conn, letter(one.kind, language)))
        wanted.context.append(msgspec.json.encode(_context(one, house, language)))
        wanted.at_ms.append(at_ms)
        wanted.not_before_ms.append(at_ms)
        wanted.expires_ms.append(clock.to_ms(at + _LIVES))
        wanted.contact.append(one.contact)
    outbox.intend(conn, vault, wanted)
    carried = _messages(conn, [_key(one) for one in good])
    opt_in.sent(conn, [(one.id, carried.get(_key(one))) for one in mails], at)
    if len(good) < len(mails):
        _log.info("people_gone", mails=len(mails) - len(good))
    return len(mails) == _BATCH


def _key(mail: Mail) -> bytes:
    return ids.hash16(b"consent mail", mail.id.bytes)


def _messages(conn: Connection, keys: list[bytes]) -> dict[bytes, uuid.UUID]:
    return {bytes(key): id_ for key, id_ in conn.execute(_SQL.by_key, {"keys": keys}).fetchall()}


def _languages(
    conn: Connection, vault: WorkspaceVault, people: list[int], house: House
) -> dict[int, str]:
    chosen = preferences.of_people(conn, people)
    known = profiles.contacts(conn, vault, people)
    found = {}
    for one in people:
        told = [chosen[one].language if one in chosen else ""]
        told += [known[one].locale if one in known else "", house.locale]
        found[one] = next(word for word in (*told, "en") if word in i18n.LOCALES)
    return found


def _context(mail: Mail, house: House, language: str) -> dict[str, str]:
    local = mail.occurred_at.astimezone(ZoneInfo(house.zone))
    return {
        "shop": house.shop,
        "day": format_date(local.date(), "long", locale=language),
        "time": format_time(local, "HH:mm", locale=language),
    }
