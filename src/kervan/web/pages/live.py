"""The live page: what is happening now, one journey in figures, the mails, a person's timeline."""

import uuid
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from kervan.collect import sources, store
from kervan.history import read as history
from kervan.insight import journey as report
from kervan.insight import live as activity
from kervan.insight import timeline as everything
from kervan.kernel import clock, i18n
from kervan.profiles.read import Person
from kervan.web import audit, mask
from kervan.web.api import journeys, live, people, profile
from kervan.web.api.accept import Text
from kervan.web.auth import may, right
from kervan.web.pages import mails, portrait, render, timeline
from kervan.web.pages.forms import Forms
from kervan.web.state import House, house

router = APIRouter(route_class=render.Page, include_in_schema=False)
_MAILS = 8
_LINES = 12
_WHOLE_LINES = 200
_MEAN_SECONDS = 10
_EVENTS_SINCE_MS = 86_400_000
# A mail is shown in a frame of its own: no script, no form, no picture from anywhere.
_MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; frame-ancestors 'self'"
)


@dataclass(frozen=True)
class Row:
    """One figure of a journey as the table shows it; `href` leads to the people behind it."""

    key: str
    count: int
    share: str
    part: float  # 0 to 1, the length of the bar
    note: str
    note_href: str
    means: str
    href: str


@dataclass(frozen=True)
class Who:
    """A person as a list shows her."""

    id: str
    name: str
    simulated: bool


@router.get("/", dependencies=[right("live.read")])
def live_page(request: Request) -> HTMLResponse:
    """The page as it is now; the script keeps it fresh, a reload does the same."""
    return render.page(request, "live.html", **_facts(request))


@router.get("/live/parts", dependencies=[right("live.read")])
def live_parts(request: Request) -> HTMLResponse:
    """The moving parts of the page alone."""
    return render.part(request, "parts.html", **_facts(request))


@router.get("/events", dependencies=[right("people.read")])
def events_page(request: Request) -> HTMLResponse:
    """What was received in the last 24 hours, the latest first: the list behind the counts."""
    mine, forms = house(request), render.forms_of(request)
    since_ms = clock.now_ms() - _EVENTS_SINCE_MS
    found = activity.latest_events(mine.history, since_ms, _WHOLE_LINES)
    known = people.shown(request, sorted({one.person for one in found if one.person}))
    with mine.connection() as conn:
        described = sources.describe(conn, mine.config.workspace)
        own = store.own_source(conn, store.workspace_id(conn, mine.config.workspace))
    names = {own: "Kervan"} | {int(str(one["id"])): str(one["name"]) for one in described}
    rows = [
        {
            "who": _plain(_who(known[one.person], forms)) if one.person in known else None,
            "at_ms": one.received_ms,
            "what": timeline.label(one.what, forms),
            "source": names.get(one.source, str(one.source)),
        }
        for one in found
    ]
    return render.page(request, "events.html", rows=rows)


@router.get("/people/{person}", dependencies=[right("people.read")])
def person_page(request: Request, person: uuid.UUID, cursor: Text | None = None) -> HTMLResponse:
    """Somebody's whole timeline, a piece at a time.

    Raises web.person_unknown (404), web.cursor_not_good (400).
    """
    mine, forms = house(request), render.forms_of(request)
    after = people.place(cursor)
    with mine.connection() as conn:
        who = people.find(conn, person)
        found = everything.read(conn, mine.keys, mine.history, who, limit=_WHOLE_LINES, after=after)
    known = people.shown(request, [who.head])[who.head]
    return render.page(
        request,
        "person.html",
        who=_plain(_who(known, forms)),
        lines=[_plain(one) for one in timeline.lines(found, forms)],
        count=everything.count(mine.history, who),
        earlier=people.cursor_behind(found, _WHOLE_LINES),
        **portrait.of(profile.show(request, mine, person, forms.locale), forms),
    )


@router.get("/journeys/{key}/{figure}", dependencies=[right("people.read")])
def behind_page(request: Request, key: str, figure: str) -> HTMLResponse:
    """The people behind one figure. Raises web.journey_unknown and web.figure_unknown (404)."""
    mine, forms = house(request), render.forms_of(request)
    shown = journeys.one_journey(request, key)
    found = journeys.behind(mine, shown, figure, _WHOLE_LINES)
    known = people.shown(request, [one.person for one in found])
    rows = [
        {"who": _plain(_who(known[one.person], forms)), "at_ms": one.at_ms}
        for one in found
        if one.person in known
    ]
    return render.page(request, "behind.html", journey=shown.name, figure=figure, rows=rows)


@router.get("/mails/{number}", dependencies=[right("people.reveal")])
def mail_frame(request: Request, number: int) -> Response:
    """One mail as it arrived, made harmless by its headers. Raises web.mail_unknown (404)."""
    mine = house(request)
    text = mails.html(mails.folder_of(mine.config.data), number)
    with mine.connection() as conn:
        audit.record(conn, request, "mail.revealed", mail=number)
    return HTMLResponse(
        text,
        headers={
            "Content-Security-Policy": _MAIL_POLICY,
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Cache-Control": "private, max-age=3600",
        },
    )


def _facts(request: Request) -> dict[str, Any]:
    """Everything the live page shows, as plain values.

    It renews itself, so it shows people masked to everybody: a look at a person is one that
    somebody takes, and is written down.
    """
    mine, forms = house(request), render.forms_of(request)
    now = live.now(mine)
    known = _masked(mine, [one.person for one in now.latest])
    latest = [
        {
            "who": _plain(_who(known[one.person], forms)),
            "at_ms": one.at_ms,
            "what": timeline.label(one.what, forms),
            "number": one.person,
        }
        for one in now.latest
        if one.person in known
    ]
    folder = mails.folder_of(mine.config.data)
    shown_mails = mails.latest(folder, _MAILS) if may(request, mask.REVEAL) else []
    person = _chosen(mine, now)
    lines: list[dict[str, Any]] = []
    chosen: dict[str, Any] | None = None
    if person is not None and person not in known:
        known |= _masked(mine, [person])
    if person in known:  # who was erased a moment ago is not
        chosen = _plain(_who(known[person], forms))
        with mine.connection() as conn:
            who = people.find(conn, known[person].id)
        found = history.timeline(mine.history, who.parts, who.visits, limit=_LINES)
        lines = [_plain(one) for one in timeline.lines(found, forms)]
    return {
        "now": {
            "at_ms": now.at_ms,
            "events": now.events,
            "people": now.people,
            "rate": sum(now.per_second[-_MEAN_SECONDS:]) / _MEAN_SECONDS,
            "per_second": now.per_second,
            "minute": sum(now.per_second),
            "most": max(now.per_second, default=0),
        },
        "simulated": now.simulated,
        "journeys": [_journey(one, forms) for one in now.journeys],
        "latest": latest,
        "mails": [{**_plain(one), "to": mask.text(one.to)} for one in shown_mails],
        "chosen": chosen,
        "lines": lines,
    }


def _masked(mine: House, numbers: list[int]) -> dict[int, Person]:
    return {number: mask.person(one) for number, one in people.known(mine, numbers).items()}


def _chosen(mine: House, now: live.Live) -> int | None:
    """Whose timeline to show: the last who clicked a mail, else who came last."""
    for one in now.journeys:
        clicked = report.behind(mine.history, one.key, "clicked", 1)
        if clicked:
            return clicked[0].person
    return now.latest[0].person if now.latest else None


def _journey(one: journeys.Figures, forms: Forms) -> dict[str, Any]:
    say, base = i18n.say, f"/journeys/{one.key}"
    orders = sum(bought.orders for bought in one.bought)

    def row(
        key: str,
        count: int,
        whole: int | None,
        *,
        machines: int = 0,
        note: str = "",
        **params: object,
    ) -> dict[str, Any]:
        part = min(1.0, count / one.entered) if one.entered else 0.0
        if machines:
            shown = forms.number(machines)
            note = say("web.journey_machines", forms.locale, count=shown)
        return _plain(
            Row(
                key=key,
                count=count,
                part=part,
                note=note,
                share="" if whole is None else forms.share(count, whole),
                note_href=f"{base}/{key}_by_machines" if machines else f"{base}/{key}",
                means=say(f"web.figure_{key}_means", forms.locale, **params),
                href=f"{base}/{key}",
            )
        )

    amounts = " + ".join(forms.money(one.value_minor, one.currency) for one in one.bought)
    return {
        "key": one.key,
        "name": one.name,
        "version": one.version,
        "rows": [
            row("entered", one.entered, None),
            row("waiting", one.waiting, one.entered),
            row("sent", one.sent, one.entered),
            row("opened", one.opened, one.sent, machines=one.opened_by_machines),
            row("clicked", one.clicked, one.sent, machines=one.clicked_by_machines),
            row(
                "bought",
                orders,
                one.clicked,
                note=amounts,
                minutes=forms.number(one.window_seconds // 60),
            ),
            row("left", one.left, one.entered),
            row("suppressed", one.suppressed, one.entered),
            row("unsubscribed", one.unsubscribed, one.sent),
        ],
    }


def _who(person: Person, forms: Forms) -> Who:
    last = str(person.traits.get("lastName") or person.traits.get("last_name") or "")
    name = f"{person.first_name} {last}".strip()
    if not name:
        name = i18n.say("web.person_nameless", forms.locale)
    return Who(str(person.id), name[:80], person.traits.get("simulated") is True)


def _plain(value: Any) -> dict[str, Any]:
    """A view as a dict: templates see plain values and nothing they could call."""
    return {name: getattr(value, name) for name in value.__dataclass_fields__}
