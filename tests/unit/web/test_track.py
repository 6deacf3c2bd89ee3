"""The pages behind a mail's links, through a real server and a real database."""

import threading
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from html.parser import HTMLParser
from http.client import HTTPConnection
from pathlib import Path

import msgspec
import pytest
import uvicorn
from fastapi import FastAPI

from kervan.collect import intake, sources
from kervan.collect.store import workspace_id
from kervan.consent import ledger
from kervan.consent import store as consent
from kervan.content import store, tokens
from kervan.delivery import outbox, read
from kervan.kernel import clock, ids
from kervan.kernel.config import Config
from kervan.kernel.crypto import Vault
from kervan.web import errors, track
from kervan.web.state import House
from tests.unit.content.mails import source
from tests.unit.delivery.world import VAULT, add_people, intents

BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
_Batch = msgspec.json.Decoder(dict[str, list[intake.OwnEvent]])
DYNAMIC = "https://shop.example/basket?x=%C5%9F&y=2"


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass
class Site:
    """A web process, and one message that was handed over a minute ago."""

    port: int
    house: House
    person: int
    message: uuid.UUID
    workspace: int
    app: FastAPI

    @property
    def links(self) -> tokens.MessageLinks:
        """The addresses in the message."""
        key = tokens.key(self.house.keys)
        return tokens.MessageLinks(key, self.workspace, self.message, "")

    def ask(self, method: str, path: str, body: str = "", **headers: str) -> Answer:
        """One request; redirects are not followed."""
        line = HTTPConnection("127.0.0.1", self.port, timeout=10)
        named = {key.replace("_", "-"): value for key, value in headers.items()}
        line.request(method, path, body or None, {"User-Agent": BROWSER, **named})
        answer = line.getresponse()
        found = Answer(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
        line.close()
        return found

    def allowed(self) -> bool:
        """Whether the person may still get marketing mail."""
        with self.house.connection() as conn:
            return bool(consent.allowed(conn, [self.person], "email", "marketing"))

    def events(self) -> list[tuple[str, object]]:
        """Names of our own events in the intake, with what they say of machines."""
        with self.house.connection() as conn:
            rows = conn.execute("select day, body from kervan.intake order by id").fetchall()
        bodies = [
            one.body for day, body in rows for one in intake.unpack(self.house.vault, day, body)
        ]
        found = [event for body in bodies for event in _Batch.decode(body)["batch"]]
        return [(event.event, event.properties.get("machine")) for event in found]

    def column(self, name: str) -> object:
        """One column of the message's row."""
        with self.house.connection() as conn:
            row = conn.execute(
                f"select {name} from message where id = %s", (self.message,)
            ).fetchone()
        return row[0] if row else None


@pytest.fixture
def site(postgres_url: str, workspace: str, tmp_path: Path) -> Iterator[Site]:
    config = Config(data=tmp_path, postgres_url=postgres_url, workspace=workspace)
    house = House(config, Vault(bytes(range(32))))
    house.keys = VAULT  # the world's people are sealed with it
    with house.connection() as conn:
        sources.ensure_own(conn, workspace)
        [person] = add_people(conn, ["ayse@shop.example"])
        template = store.save(conn, source(
            "<mj-text><a href='https://shop.example/sale?a=1&amp;b=2'>x</a></mj-text>"
        ))  # fmt: skip
        wanted = intents([person], key=ids.secret())
        wanted.template_version = [template]
        outbox.intend(conn, VAULT, wanted)
        [shown] = read.latest(conn, 1)
        conn.execute(
            "insert into hand_over (message, attempt, at, links) values (%s, 1, %s, %s)",
            (shown.id, clock.now() - timedelta(minutes=1), [DYNAMIC]),
        )
        number = workspace_id(conn, workspace)
    app = FastAPI()
    app.state.house = house
    errors.install(app)
    app.include_router(track.router)
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = clock.monotonic() + 60
    while not server.started and clock.monotonic() < deadline:
        clock.sleep(0.01)
    yield Site(server.servers[0].sockets[0].getsockname()[1], house, person, shown.id, number, app)
    server.should_exit = True
    thread.join(10)


class Page(HTMLParser):
    """The language, the words and the form of a page."""

    def __init__(self, body: bytes) -> None:
        super().__init__()
        self.language = ""
        self.words = ""
        self.forms: list[dict[str, str | None]] = []
        self.feed(body.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "html":
            self.language = dict(attrs)["lang"] or ""
        if tag == "form":
            self.forms.append(dict(attrs))

    def handle_data(self, data: str) -> None:
        self.words += data


def test_a_click_leads_where_the_message_said_and_nowhere_else(site: Site) -> None:
    for number, target in ((1, "https://shop.example/sale?a=1&b=2"), (2, DYNAMIC)):
        for method in ("GET", "HEAD"):
            answer = site.ask(method, site.links.click(number))
            assert answer.status == 302
            assert answer.headers["location"] == target
            assert answer.headers["cache-control"] == "no-store"
            assert answer.headers["referrer-policy"] == "no-referrer"


def forged(site: Site) -> list[str]:
    good = site.links.click(1).rpartition("/")[2]
    other = tokens.MessageLinks(b"x" * 32, site.workspace, site.message, "").click(1)
    key = tokens.key(site.house.keys)
    return [
        "x", good[:-1], good + "A", good.swapcase(), other.rpartition("/")[2],
        tokens.make(key, site.workspace, site.message, 3),
        tokens.make(key, site.workspace, site.message, 65_534),
        tokens.make(key, site.workspace, site.message, tokens.OPEN),
        tokens.make(key, site.workspace, site.message, tokens.UNSUBSCRIBE),
        tokens.make(key, site.workspace, uuid.UUID(int=1), 1),
        tokens.make(key, site.workspace + 1, site.message, 1),
        "https:%2f%2fevil.example", "a" * 5_000, "%00", "%ff",
    ]  # fmt: skip


def test_anything_else_is_a_calm_page_in_the_readers_language(site: Site) -> None:
    for token in forged(site):
        answer = site.ask("GET", f"/c/{token}?url=https://evil.example&next=//evil.example")
        assert answer.status == 404, token
        assert "location" not in answer.headers
    for asked, language, word in (("tr-TR,tr;q=0.9", "tr", "bağlantı"), ("az", "az", "keçid"),
                                  ("de,en;q=0.5", "en", "link"), ("", "en", "link")):  # fmt: skip
        answer = site.ask("GET", "/c/nothing", Accept_Language=asked)
        page = Page(answer.body)
        assert page.language == language
        assert word in page.words
        assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_opens_and_clicks_become_events_a_moment_later(site: Site) -> None:
    for method, agent in (("GET", BROWSER), ("HEAD", "LinkChecker")):
        answer = site.ask(method, site.links.open_url, User_Agent=agent)
        assert (answer.status, answer.headers["content-type"]) == (200, "image/gif")
        assert answer.headers["cache-control"] == "no-store"
        assert answer.body.startswith(b"GIF89a" if method == "GET" else b"")
    site.ask("HEAD", site.links.click(1), User_Agent="LinkChecker")
    site.ask("GET", site.links.click(1))
    deadline = clock.monotonic() + 60
    while len(site.events()) < 4 and clock.monotonic() < deadline:
        clock.sleep(0.1)
    assert sorted(site.events(), key=str) == [
        ("Message Clicked", False), ("Message Clicked", True),
        ("Message Opened", False), ("Message Opened", True),
    ]  # fmt: skip
    for name in ("opened_at", "machine_opened_at", "clicked_at", "machine_clicked_at"):
        assert site.column(name) is not None


def test_a_forged_pixel_is_a_picture_too_and_tells_nothing(site: Site) -> None:
    for token in forged(site)[:7]:
        assert site.ask("GET", f"/o/{token}.gif").body.startswith(b"GIF89a")
    with site.house.connection() as conn:
        assert conn.execute("select count(*) from touch").fetchone() == (0,)


def test_looking_at_the_unsubscribe_page_changes_nothing(site: Site) -> None:
    for method in ("GET", "HEAD"):
        answer = site.ask(method, site.links.unsubscribe_url, Accept_Language="tr")
        assert answer.status == 200
    page = Page(site.ask("GET", site.links.unsubscribe_url, Accept_Language="tr").body)
    assert page.language == "tr"
    assert "Abonelikten çık" in page.words
    assert page.forms == [{"method": "post"}]
    assert site.ask("POST", site.links.unsubscribe_url, "nothing=1").status == 400
    assert site.ask("POST", "/u/" + "A" * 38, "List-Unsubscribe=One-Click").status == 404
    click_token = site.links.click(1).rpartition("/")[2]
    assert site.ask("POST", f"/u/{click_token}", "List-Unsubscribe=One-Click").status == 404
    assert site.allowed()
    assert site.events() == []


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("List-Unsubscribe=One-Click", "application/x-www-form-urlencoded"),
        ("unsubscribe=yes", "application/x-www-form-urlencoded"),
        ('--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n'
         "--b--\r\n", "multipart/form-data; boundary=b"),
    ],
)  # fmt: skip
def test_a_post_really_unsubscribes_once(site: Site, body: str, kind: str) -> None:
    for _ in range(2):
        answer = site.ask("POST", site.links.unsubscribe_url, body, Content_Type=kind,
                          Accept_Language="az")  # fmt: skip
        assert answer.status == 200
        assert "set-cookie" not in answer.headers
        assert "Abunəlikdən çıxdınız" in Page(answer.body).words
        assert not site.allowed()
    assert site.events() == [("Unsubscribed", None)]
    assert site.column("unsubscribed_at") is not None
    with site.house.connection() as conn:
        [(source, proof, key)] = conn.execute(
            "select e.source, e.proof, p.key from consent_event e join profile p using (person)"
            " where e.status = 'withdrawn'"
        ).fetchall()
    assert source == ("one_click" if "One-Click" in body else "unsubscribe_link")
    assert ledger.read_proof(VAULT, key, proof) == {
        "agent": BROWSER, "ip": "127.0.0.0", "message": str(site.message),
    }  # fmt: skip


def test_who_agrees_again_can_leave_again_by_the_same_mail(site: Site) -> None:
    path = site.links.unsubscribe_url
    site.ask("POST", path, "List-Unsubscribe=One-Click")
    with site.house.connection() as conn:
        consent.record(conn, [consent.Decision(
            site.person, "email", "marketing", True, clock.now_ms() + 1, 1, "", ids.random_bytes(16)
        )], site.house.keys)  # fmt: skip
    assert site.allowed()
    deadline = clock.monotonic() + 60
    while site.allowed() and clock.monotonic() < deadline:
        site.ask("POST", path, "List-Unsubscribe=One-Click")  # counts once a second
    assert not site.allowed()


def test_a_brands_mail_unsubscribes_from_the_brand_even_without_a_yes_to_it(site: Site) -> None:
    """A merchant may get mail without a yes; her refusal is written down all the same."""
    with site.house.connection() as conn:
        conn.execute("update message set brand = 'kids'")
    for _ in range(2):
        answer = site.ask("POST", site.links.unsubscribe_url, "List-Unsubscribe=One-Click")
        assert answer.status == 200
    assert site.allowed(), "the company itself may go on"
    with site.house.connection() as conn:
        rows = conn.execute("select brand, status from consent_event order by id").fetchall()
    assert rows[1:] == [("kids", "withdrawn")]


@pytest.mark.parametrize(
    ("channel", "called"),
    [("sms", "SMS"), ("whatsapp", "WhatsApp"), ("telegram", "Telegram"), ("push", "bildirim")],
)
def test_another_channel_unsubscribes_from_itself_and_says_so(
    site: Site, channel: str, called: str
) -> None:
    with site.house.connection() as conn:
        conn.execute("update message set channel = %s", (channel,))
    page = Page(site.ask("GET", site.links.unsubscribe_url, Accept_Language="tr").body)
    assert f"{called} ile tanıtım" in page.words
    assert "posta" not in page.words
    for _ in range(2):
        answer = site.ask(
            "POST", site.links.unsubscribe_url, "unsubscribe=yes", Accept_Language="tr"
        )
        assert answer.status == 200
        assert f"{called} ile tanıtım" in Page(answer.body).words
    assert site.allowed(), "mail may go on"
    with site.house.connection() as conn:
        rows = conn.execute("select channel, status from consent_event order by id").fetchall()
    assert (channel, "withdrawn") in rows[1:]
    assert ("email", "withdrawn") not in rows
    site.ask("GET", site.links.click(1))
    with site.house.connection() as conn:
        assert conn.execute("select channel from touch").fetchall() == [(channel,)]


def test_a_fat_body_costs_nothing(site: Site) -> None:
    assert site.ask("POST", site.links.unsubscribe_url, "x" * 2_000_000).status == 400


def test_a_database_that_is_away_is_a_calm_page(site: Site) -> None:
    good = site.house.config
    away = Config(postgres_url="postgresql://127.0.0.1:1/none", workspace=good.workspace)
    app = site.app
    app.state.house = House(away, site.house.vault)
    answer = site.ask("GET", site.links.click(1), Accept_Language="tr")
    assert answer.status == 503
    assert answer.headers["retry-after"] == "5"
    assert "bekleyin" in Page(answer.body).words
    assert site.ask("GET", site.links.open_url).body.startswith(b"GIF89a")
    app.state.house = site.house
    assert site.ask("GET", site.links.click(1)).status == 302


def test_the_links_of_a_test_lead_on_and_count_nowhere(site: Site) -> None:
    with site.house.connection() as conn:
        conn.execute("update message set journey = %s, class = 'test'", (intake.TRIAL,))
    assert site.ask("GET", site.links.click(1)).status == 302
    assert site.ask("GET", site.links.open_url).status == 200
    one_click = "List-Unsubscribe=One-Click"
    assert site.ask("POST", site.links.unsubscribe_url, one_click).status == 200
    with site.house.connection() as conn:
        assert conn.execute("select count(*) from touch").fetchone() == (0,)
    assert site.allowed()
    assert site.events() == []
