"""Mails colleagues what journeys want them told, with as much of a person as their role may see."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from babel.dates import format_datetime

from kervan.collect import intake
from kervan.collect.intake import TRIAL, OwnEvent
from kervan.content import store as templates
from kervan.delivery import outbox
from kervan.delivery.letters import colleagues
from kervan.delivery.states import AS_IT_IS, TEST
from kervan.journeys.effects import notices
from kervan.journeys.effects.letter import Language, letter, shown
from kervan.journeys.effects.notices import Known, Notice
from kervan.kernel import clock, i18n, ids, postgres
from kervan.kernel.config import Config
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.postgres import Connection
from kervan.profiles import read as profiles
from kervan.profiles.read import Person
from kervan.web import audited, cover, roles, users
from kervan.web.users import Listed

_EACH = 20
"""Mails about one step that a colleague gets of a crowd; the others are counted in one more."""
_LIVES = timedelta(days=1)
_TOLD, _NOBODY = "Colleague Notified", "journeys.notify_unknown"


def listen() -> None:
    """Let a text be refused that names no user of its workspace; wires this process."""

    def known(conn: Connection) -> Known:
        some = _active(conn, postgres.workspace_of(conn))
        return Known(
            frozenset(one.email for one in some),
            frozenset(role for one in some for role in one.roles),
        )

    notices.colleagues[:] = [known]


@dataclass(frozen=True, slots=True)
class _Mail:
    """One mail: to whom, about whom, how many others of the same step it stands for."""

    to: Listed
    notice: Notice
    others: int = 0


_Place = tuple[str, str, str]


@dataclass(slots=True)
class Crowd:
    """What a crowd that takes several turns has led to so far, by colleague, journey and step.

    Lost with its process, which costs the number of those who are not mailed one by one.
    """

    mailed: dict[_Place, int] = field(default_factory=dict)
    others: dict[_Place, _Mail] = field(default_factory=dict)


def step(
    conn: Connection, vault: WorkspaceVault, config: Config, at_ms: int,
    crowd: Crowd | None = None, limit: int = notices.MOST,
) -> bool:  # fmt: skip
    """Intend the mails of what waits, in the caller's transaction; True when there may be more.

    `crowd` is that of the turn before.
    """
    at, crowd = clock.from_ms(at_ms), crowd or Crowd()
    colleagues.forget(conn, at)
    waiting = notices.waiting(conn, vault, limit)
    is_full = len(waiting) == limit
    if not waiting and not crowd.others:
        crowd.mailed = {}
        return False
    # Who was joined with another profile meanwhile is told of as that one.
    heads = profiles.heads(conn, {one.person for one in waiting})
    waiting = [replace(one, person=heads.get(one.person, one.person)) for one in waiting]
    staff = _active(conn, config.workspace)
    told = {one.key: _receivers(one, staff) for one in waiting}
    after = Crowd(dict(crowd.mailed), dict(crowd.others))
    mails = [*_mails(waiting, told, after)]
    if not is_full:
        mails += after.others.values()
        after = Crowd()
    people = profiles.contacts(conn, vault, sorted({one.notice.person for one in mails}))
    mails = [one for one in mails if one.notice.person in people]
    _intend(conn, vault, mails, people, config, at)
    _write_down(conn, config.workspace, mails, people)
    intake.append_own(conn, [_event(one, len(told[one.key])) for one in waiting])
    notices.done(conn, [one.key for one in waiting])
    crowd.mailed, crowd.others = after.mailed, after.others  # not if a turn is rolled back
    return is_full


def _active(conn: Connection, workspace: str) -> list[Listed]:
    return [one for one in users.everybody(conn, workspace) if one.disabled_at is None]


def _receivers(notice: Notice, staff: Sequence[Listed]) -> list[Listed]:
    named = {users.folded(one) for one in notice.receivers}
    return [one for one in staff if one.email in named or notice.role in one.roles]


def _mails(
    waiting: Sequence[Notice], told: dict[UUID, list[Listed]], crowd: Crowd
) -> Iterator[_Mail]:
    """Mails about the first of each crowd; the others are added to it."""
    groups: dict[_Place, list[tuple[Listed, Notice]]] = {}
    for notice in waiting:
        for to in told[notice.key]:
            place = (to.email, notice.whence.journey, notice.whence.step)
            groups.setdefault(place, []).append((to, notice))
    for place, some in groups.items():
        before = crowd.mailed.get(place, 0)
        first, rest = some[: _EACH - before], some[_EACH - before :]
        yield from (_Mail(to, notice) for to, notice in first)
        crowd.mailed[place] = before + len(first)
        if rest:
            counted = crowd.others[place].others if place in crowd.others else 0
            crowd.others[place] = _Mail(*rest[-1], others=counted + len(rest))


def _intend(
    conn: Connection, vault: WorkspaceVault, mails: Sequence[_Mail], people: dict[int, Person],
    config: Config, at: datetime,
) -> None:  # fmt: skip
    if not mails:
        return
    count, at_ms = len(mails), clock.to_ms(at)
    languages = [_language(one, config) for one in mails]
    numbers = {one: templates.save(conn, letter(one)) for one in set(languages)}
    contacts = colleagues.put(conn, vault, [one.to.email for one in mails], at)
    outbox.intend(conn, vault, outbox.Intents(
        key=[ids.hash16(b"notice", one.notice.key.bytes, one.to.id.bytes) for one in mails],
        person=[one.notice.person for one in mails],
        journey=[TRIAL] * count,
        version=[one.notice.whence.version for one in mails],
        step=[one.notice.whence.step for one in mails],
        run=[0] * count,
        channel=["email"] * count,
        message_class=[TEST] * count,
        template_version=[numbers[one] for one in languages],
        context=[
            msgspec.json.encode(_scene(one, people[one.notice.person], language, config))
            for one, language in zip(mails, languages, strict=True)
        ],
        at_ms=[at_ms] * count,
        not_before_ms=[at_ms] * count,
        expires_ms=[clock.to_ms(at + _LIVES)] * count,
        contact=contacts,
    ))  # fmt: skip


def _language(mail: _Mail, config: Config) -> Language:
    found = next((one for one in (mail.to.locale, config.locale) if one in i18n.LOCALES), "en")
    return "tr" if found == "tr" else "az" if found == "az" else "en"


def _scene(mail: _Mail, person: Person, language: Language, config: Config) -> dict[str, object]:
    notice, whence = mail.notice, mail.notice.whence
    facts = {"journey": f"{whence.journey} / {whence.step}"}
    text = notice.words.text
    if mail.others:  # nobody in particular
        text = i18n.say("journeys.notice_more", language, count=mail.others)
    else:
        seen = person if _may_see(mail.to) else cover.person(person)
        local = whence.at.astimezone(ZoneInfo(config.timezone))
        facts = {
            "name": seen.first_name,
            "email": seen.email,
            "phone": seen.phone,
            "person": str(person.id),
            **facts,
            "at": format_datetime(local, "medium", locale=language),
        }
        text = text if _may_see(mail.to) else cover.text(text)
    subject = notice.words.subject if _may_see(mail.to) else cover.text(notice.words.subject)
    return {**shown(subject, text, facts, language), AS_IT_IS: True}


def _may_see(user: Listed) -> bool:
    return cover.REVEAL in roles.of_all(user.roles)


def _write_down(
    conn: Connection, workspace: str, mails: Sequence[_Mail], people: dict[int, Person]
) -> None:
    """Who is shown personal data, and whose, stands in the audit log."""
    seen: dict[UUID, tuple[Listed, set[str]]] = {}
    for one in mails:
        if _may_see(one.to):  # that for the others has the subject of one of them
            person = str(people[one.notice.person].id)
            seen.setdefault(one.to.id, (one.to, set()))[1].add(person)
    for user, whom in seen.values():
        audited.write(
            conn, workspace, "people.revealed", {"people": sorted(whom)}, actor_kind="user",
            actor=str(user.id), roles=[*user.roles], used_right=cover.REVEAL, route="notice",
        )  # fmt: skip


def _event(notice: Notice, count: int) -> OwnEvent:
    whence = notice.whence
    properties: dict[str, object] = {
        "journey": whence.journey, "version": whence.version, "run": whence.run,
        "step": whence.step,
    }  # fmt: skip
    more = {"colleagues": count} if count else {"effect": "notify", "code": _NOBODY}
    return OwnEvent(
        message_id=f"step-{notice.key.hex}-colleague-notified",
        event=_TOLD if count else "Step Failed",
        timestamp_ms=clock.to_ms(whence.at),
        person=notice.person,
        properties=properties | more,
    )
