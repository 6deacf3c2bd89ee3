"""A web process with somebody's preference page, and the browser she holds."""

import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

from kervan.collect import intake, sources
from kervan.collect.store import workspace_id
from kervan.consent import store as consent
from kervan.content import contact_tokens
from kervan.content.contact_tokens import ContactToken
from kervan.kernel import clock, ids
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.postgres import Connection
from kervan.profiles import identifiers
from kervan.profiles import store as profiles
from kervan.profiles.sighting import Claim
from kervan.web.state import House
from tests.unit.web.visiting import Answer, Visitor, open_place

AT = datetime.fromisoformat("2026-10-01T10:00:00+00:00")
ADDRESS = "ayse.demir@ev.example"
PHONE = "+905321234567"


class Page(HTMLParser):
    """The words, the language and the fields of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.words = ""
        self.language = ""
        self.inputs: list[dict[str, str | None]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the language and each input."""
        if tag == "html":
            self.language = dict(attrs)["lang"] or ""
        if tag == "input":
            self.inputs.append(dict(attrs))

    def handle_data(self, data: str) -> None:
        """Note the words."""
        self.words += data

    def sent(self) -> list[tuple[str, str]]:
        """What a browser would post for the first form, untouched."""
        chosen = [
            one
            for one in self.inputs
            if one["type"] == "hidden" or ("checked" in one and "disabled" not in one)
        ]
        pairs = [(str(one["name"]), str(one["value"])) for one in chosen]
        first = [place for place, (name, _) in enumerate(pairs) if name == "form"]
        return pairs[: first[1]] if len(first) > 1 else pairs


@dataclass
class Opened:
    """Her page: the house behind it, her browser, and her link."""

    house: House
    browser: Visitor
    person: int
    workspace: int
    message: uuid.UUID

    def link(
        self,
        address: str = ADDRESS,
        *,
        use: int = contact_tokens.PREFERENCES,
        lasts: timedelta = timedelta(days=1),
        workspace: int | None = None,
        reference: uuid.UUID | None = None,
    ) -> str:
        """The path of a link for an address."""
        kind, name = kind_of(address)
        said = ContactToken(
            self.workspace if workspace is None else workspace,
            use,
            kind,
            self.house.keys.blind(name, address),
            reference or self.message,
            clock.now() + lasts,
        )
        place = "confirm" if use == contact_tokens.CONFIRM else "p"
        return f"/{place}/{contact_tokens.make(contact_tokens.key(self.house.keys), said)}"

    def show(self, path: str = "", **headers: str) -> tuple[Answer, Page]:
        """Look at the page."""
        answer = self.browser.get(path or self.link(), **headers)
        return answer, Page(answer.text)

    def press(
        self, do: str = "save", add: tuple[tuple[str, str], ...] = (), drop: tuple[str, ...] = ()
    ) -> Page:
        """Change the form and press a button; gives the page that comes then.

        `drop` are fields that are not sent, as name=value, or names of whole groups.
        """
        path = self.link()
        _, page = self.show(path)
        kept = [one for one in page.sent() if "=".join(one) not in drop and one[0] not in drop]
        answer = self.browser.post(path, [*kept, *add, ("do", do)])
        assert answer.status == 303, answer.text
        return self.show(answer.headers["location"])[1]

    def allowed(self, channel: str = "email", topic: str = "", at: datetime | None = None) -> bool:
        """Whether she gets marketing there."""
        with self.house.connection() as conn:
            return bool(
                consent.allowed(conn, [self.person], channel, "marketing", topic=topic, at=at)
            )

    def rows(self, statement: str) -> list[tuple[object, ...]]:
        """The rows of a statement."""
        with self.house.connection() as conn:
            return conn.execute(statement).fetchall()

    def events(self) -> list[str]:
        """Names of our own events in the intake."""
        found: list[str] = []
        with self.house.connection() as conn:
            rows = conn.execute("select day, body from kervan.intake order by id").fetchall()
        for day, body in rows:
            for one in intake.unpack(self.house.vault, day, body):
                found += re.findall(r'"event":"([^"]+)"', one.body.decode())
        return found


@contextmanager
def opened(postgres_url: str, workspace: str, data: Path) -> Iterator[Opened]:
    """Somebody who agreed to e-mail and SMS, and the site."""
    urls = SimpleNamespace(postgres=postgres_url, clickhouse="", workspace=workspace)
    sender = "Dükkân <haber@dukkan.example>"
    with open_place(urls, data, mail_from=sender, sms_hook_secret="s" * 32) as place:
        house = place.house
        with house.connection() as conn:
            sources.ensure_own(conn, workspace)
            today = clock.now().date()
            intake.open_days(conn, [today, today + timedelta(days=1)])
            add(conn, house.keys, 1, ADDRESS, PHONE)
            agree(conn, house.keys, 1, "email", "sms")
            number = workspace_id(conn, workspace)
        yield Opened(house, place.visitor(), 1, number, uuid.UUID(int=77))


def add(conn: Connection, keys: WorkspaceVault, person: int, *addresses: str) -> None:
    """A person who owns these e-mail addresses and phone numbers."""
    at_ms = clock.to_ms(AT)
    made = profiles.create_people(conn, keys, [person], at_ms)
    gained = []
    for address in addresses:
        kind, name = kind_of(address)
        claim = Claim(kind, keys.blind(name, address), address)
        gained.append(profiles.Gain(person, claim, at_ms, 1, ""))
    profiles.keep_identifiers(conn, keys, gained, made)


def kind_of(address: str) -> tuple[int, str]:
    """The kind of identifier of an address, and its name."""
    return (identifiers.EMAIL, "email") if "@" in address else (identifiers.PHONE, "phone")


def agree(conn: Connection, keys: WorkspaceVault, person: int, *channels: str) -> None:
    """She agreed to marketing on these channels some time ago."""
    said = [
        consent.Decision(person, channel, "marketing", True, clock.to_ms(AT), 1, "form",
                         ids.random_bytes(16))
        for channel in channels
    ]  # fmt: skip
    consent.record(conn, said, keys)
