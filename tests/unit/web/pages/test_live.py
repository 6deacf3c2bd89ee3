"""The live page shows what is there, in three languages, and nothing a user wrote can act."""

import html
import re
import uuid
from importlib.resources import files
from typing import Any

import msgspec
import pytest
from playwright.sync_api import expect, sync_playwright

from kervan.collect import sources
from kervan.journeys import apply
from kervan.kernel import clock
from kervan.profiles import resolve
from kervan.profiles import store as profiles
from kervan.profiles.sighting import Reader
from tests import peers
from tests.unit.web.pages.conftest import Site

_HOSTILE = "<script>alert(1)</script>"


def _meet(site: Site, customer: str, *, trusted: bool = True, **traits: object) -> int:
    """A person the house knows; gives her number."""
    reader = Reader(site.house.keys, "TR")
    with site.house.connection() as conn:
        found = resolve.resolve(
            conn,
            site.house.keys,
            [
                reader.read(
                    at_ms=clock.now_ms(),
                    source=1,
                    trusted=trusted,
                    shared=False,
                    user_id=customer,
                    anonymous_id=None,
                    traits=traits,
                    person=0,
                )
            ],
            clock.now_ms(),
            profiles.Numbers(conn),
        )
        return int(found.person[0])


def _public_id(site: Site, person: int) -> uuid.UUID:
    with site.house.connection() as conn:
        row = conn.execute("select id from profile where person = %s", (person,)).fetchone()
    assert row is not None
    return uuid.UUID(str(row[0]))


def test_an_empty_house_says_what_to_do(site: Site) -> None:
    status, text, headers = site.get("/?lang=en")
    assert status == 200
    assert "kervan apply FILE" in text
    assert "No e-mail has arrived yet" in text
    assert "script-src 'self'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert "kervan_lang=en" in headers["set-cookie"]


def test_who_has_not_signed_in_gets_a_page_that_says_how(site: Site) -> None:
    status, text, headers = site.get("/", signed_in=False, **{"Accept-Language": "tr"})
    assert status == 401
    assert headers["content-type"].startswith("text/html")
    assert 'lang="tr"' in text
    assert "kervan link" in text
    assert 'class="back"' not in text
    assert site.get("/v1/live", signed_in=False)[0] == 401


@pytest.mark.parametrize(
    ("locale", "title"),
    [
        ("tr", "Şu anda olup bitenler"),
        ("az", "Hazırda baş verənlər"),
        ("en", "What is happening now"),
    ],
)
def test_three_languages(site: Site, locale: str, title: str) -> None:
    _, text, _ = site.get(f"/?lang={locale}")
    assert f"<h1>{title}</h1>" in text
    assert f'<html lang="{locale}">' in text
    assert "web." not in re.sub(r"<[^>]*>", "", text)


def test_names_and_properties_are_shown_and_never_act(site: Site, tell: Any) -> None:
    person = _meet(site, "c1", firstName=_HOSTILE, city=_HOSTILE)
    now = clock.now_ms()
    tell(
        {
            "name": "Product Viewed",
            "person": person,
            "at_ms": now,
            "properties": {"name": _HOSTILE},
        },
        {"name": _HOSTILE, "person": person, "at_ms": now + 1, "source": 1},
    )
    known = _public_id(site, person)
    pages = [site.get("/?lang=en"), site.get(f"/people/{known}?lang=en"), site.get("/live/parts")]
    for status, text, _ in pages:
        assert status == 200
        assert "<script>alert" not in text
    assert "&lt;script&gt;alert" in pages[1][1]


def test_every_figure_leads_to_the_people_behind_it(site: Site, tell: Any) -> None:
    yaml = files("kervan.demo").joinpath("abandoned-basket.yaml").read_text(encoding="utf-8")
    with site.house.connection() as conn:
        apply.apply(conn, yaml, clock.now())
    person = _meet(site, "c1", firstName="İpek", lastName="Işık", simulated=True)
    now = clock.now_ms()
    facts = {"journey": "abandoned-basket", "run": 1, "message": "m1"}
    for name, more in [
        ("Journey Entered", {}),
        ("Message Sent", {}),
        ("Message Opened", {"machine": True}),
        ("Message Clicked", {"machine": False}),
    ]:
        tell({"name": name, "person": person, "at_ms": now, "properties": facts | more})
    tell(
        {
            "name": "Order Completed",
            "person": person,
            "at_ms": now + 1000,
            "order_id": "o1",
            "currency": "TRY",
            "value_minor": 1_234_550,
        }
    )
    text = html.unescape(site.get("/?lang=tr")[1])
    counts = re.findall(r'<td class="number strong">(.*?)</td>', text, re.DOTALL)
    assert len(counts) == 9
    assert all("<a " in one or one.strip() == "0" for one in counts)
    assert 'href="/journeys/abandoned-basket/clicked">1</a>' in text
    assert 'href="/journeys/abandoned-basket/bought">1</a>' in text
    assert 'href="/journeys/abandoned-basket/bought">₺12.345,50</a>' in text
    assert "ve 1 makine" in text
    assert "₺12.345,50" in text
    assert "%100" in text
    status, behind, _ = site.get("/journeys/abandoned-basket/clicked?lang=tr")
    assert status == 200
    assert "İpek Işık" in behind
    assert "simüle" in behind
    assert site.get("/journeys/abandoned-basket/opened?lang=tr")[1].count("İpek") == 0
    assert "İpek Işık" in site.get("/journeys/abandoned-basket/bought?lang=tr")[1]
    (buyer,) = msgspec.json.decode(site.get("/v1/journeys/abandoned-basket/people/bought")[1])
    assert (buyer["at_ms"], buyer["message"]) == (now + 1000, "o1")
    assert site.get("/journeys/abandoned-basket/nonsense")[0] == 404
    assert site.get("/journeys/none/clicked")[0] == 404
    answer = msgspec.json.decode(site.get("/v1/live")[1])
    (journey,) = answer["journeys"]
    assert (journey["entered"], journey["opened"], journey["opened_by_machines"]) == (1, 0, 1)
    assert journey["bought"] == [
        {"currency": "TRY", "orders": 1, "buyers": 1, "value_minor": 1_234_550}
    ]


def test_the_counts_of_events_lead_to_the_events(site: Site, tell: Any) -> None:
    person = _meet(site, "c1", firstName="Ülkər", simulated=True)
    with site.house.connection() as conn:
        sources.ensure_own(conn, site.house.config.workspace)
        sources.create(conn, site.house.config.workspace, "Mağaza", "browser")
        row = conn.execute("select id from kervan.source where kind = 'kervan'").fetchone()
        shop = conn.execute("select id from kervan.source where name = 'Mağaza'").fetchone()
    assert row is not None and shop is not None
    now = clock.now_ms()
    tell(
        {"name": "Message Sent", "person": person, "at_ms": now - 9_000, "source": row[0]},
        {"name": _HOSTILE, "session": 5, "at_ms": now - 1_000, "source": shop[0]},
        {"name": "Order Completed", "person": person, "at_ms": now - 90_000_000},
    )
    text = html.unescape(site.get("/?lang=az")[1])
    assert text.count('href="/events"') == 3
    status, behind, _ = site.get("/events?lang=az")
    assert status == 200
    assert behind.count(str(_public_id(site, person))) == 1
    assert behind.index("hələ tanınmır") < behind.index("Ülkər")
    assert "<script>alert" not in behind
    assert "<td>Kervan</td>" in re.sub(r' class="[^"]*"', "", behind)
    assert "Mağaza" in behind
    assert site.get("/events", signed_in=False)[0] == 401


def test_who_is_waiting_inside_is_named(site: Site) -> None:
    yaml = files("kervan.demo").joinpath("abandoned-basket.yaml").read_text(encoding="utf-8")
    people = [_meet(site, f"c{n}", firstName=f"Aysel{n}") for n in range(3)]
    with site.house.connection() as conn:
        apply.apply(conn, yaml, clock.now())
        for n, (person, state) in enumerate(zip(people, (1, 1, 2), strict=True)):
            conn.execute(
                "insert into journey_run values (%s, to_timestamp(%s), now(), 'infinity',"
                " 'infinity', %s, (select live_version from journey), 0, 0, %s)",
                (n, 1_000_000 + n, person, state),
            )
    text = html.unescape(site.get("/?lang=az")[1])
    assert 'href="/journeys/abandoned-basket/waiting">2</a>' in text
    behind = site.get("/journeys/abandoned-basket/waiting?lang=az")[1]
    assert re.findall(r"Aysel\d", behind) == ["Aysel1", "Aysel0"]
    found = msgspec.json.decode(site.get("/v1/journeys/abandoned-basket/people/waiting")[1])
    assert [one["at_ms"] for one in found] == [1_000_001_000, 1_000_000_000]
    assert [one["person"] for one in found] == [
        str(_public_id(site, people[1])),
        str(_public_id(site, people[0])),
    ]


def test_a_timeline_is_read_piece_by_piece(site: Site, tell: Any) -> None:
    person = _meet(site, "c1", firstName="Əli")
    now = clock.now_ms()
    tell(
        *(
            {
                "name": "Product Viewed",
                "person": person,
                "at_ms": now - n * 1000,
                "properties": {"name": f"P{n}"},
            }
            for n in range(5)
        )
    )
    known = _public_id(site, person)
    first = msgspec.json.decode(site.get(f"/v1/people/{known}/timeline?limit=3")[1])
    assert [one["properties"]["name"] for one in first["events"]] == ["P0", "P1", "P2"]
    rest = msgspec.json.decode(site.get(f"/v1/people/{known}/timeline?cursor={first['cursor']}")[1])
    assert [one["properties"]["name"] for one in rest["events"]] == ["P3", "P4"]
    assert rest["cursor"] is None
    assert msgspec.json.decode(site.get(f"/v1/people/{known}")[1])["first_name"] == "Əli"
    assert site.get(f"/v1/people/{uuid.uuid4()}")[0] == 404
    status, text, _ = site.get(f"/people/{uuid.uuid4()}?lang=az")
    assert status == 404
    assert "şəxs yoxdur" in text
    assert 'class="back" href="/"' in text


def test_no_event_of_one_millisecond_is_skipped_or_told_twice(site: Site, tell: Any) -> None:
    person = _meet(site, "c1")
    now = clock.now_ms()
    tell(*({"name": f"N{n}", "person": person, "at_ms": now - n // 7} for n in range(23)))
    known = _public_id(site, person)
    place, told, times = "", [], []
    while place is not None:
        piece = msgspec.json.decode(
            site.get(f"/v1/people/{known}/timeline?limit=4&cursor={place}")[1]
        )
        told += [one["name"] for one in piece["events"]]
        times += [one["at_ms"] for one in piece["events"]]
        place = piece["cursor"]
    assert sorted(told) == sorted(f"N{n}" for n in range(23))
    assert times == sorted(times, reverse=True)


def test_the_page_goes_on_where_it_stopped(site: Site, tell: Any) -> None:
    person = _meet(site, "c1")
    now = clock.now_ms()
    tell(*({"name": f"Ev{n}x", "person": person, "at_ms": now} for n in range(205)))
    known = _public_id(site, person)
    first = site.get(f"/people/{known}?lang=en")[1]
    link = re.search(r'href="(/people/[^"]*cursor=[^"]*)"', first)
    assert link
    second = site.get(html.unescape(link.group(1)))[1]
    told = re.findall(r"Ev\d+x", first + second)
    assert (len(told), len(set(told))) == (205, 205)
    assert "cursor=" not in re.sub(r"(?s)<header.*?</header>", "", second)


def test_a_cursor_that_is_none_is_said_to_be_so(site: Site) -> None:
    known = _public_id(site, _meet(site, "c1"))
    words = {"tr": "olduğu gibi", "az": "olduğu kimi", "en": "as it is"}
    for cursor in ("x", "A" * 33, "_" * 32, "%C5%9F" * 32, "=" * 32):
        for locale, said in words.items():
            asked = f"?cursor={cursor}&lang={locale}"
            status, text, _ = site.get(f"/v1/people/{known}/timeline{asked}")
            error = msgspec.json.decode(text)["error"]
            assert (status, error["code"]) == (400, "web.cursor_not_good")
            assert said in error["message"]
            status, text, headers = site.get(f"/people/{known}{asked}")
            assert status == 400
            assert headers["content-type"].startswith("text/html")
            assert said in text
    assert site.get(f"/v1/people/{known}/timeline?cursor=%00")[0] == 422


@pytest.mark.parametrize(
    "asked",
    [
        "customer_id=c%C5%9F-1",
        "customer_id=%20c%C5%9F-1%20",
        "email=%20IPEK%40Shop.test",
        "email=%C4%B0pek%40shop.test",
        "phone=0532%20111%2022%2034",
        "phone=%2B905321112234",
        "card=tr-77",
    ],
)
def test_a_person_is_found_by_what_is_hers(site: Site, asked: str) -> None:
    _meet(site, "another", email="another@shop.test")
    mine = _meet(
        site, "cş-1", email="ipek@shop.test", phone="+90 532 111 22 34", loyalty_card="TR-77"
    )
    status, text, _ = site.get(f"/v1/people?{asked}")
    assert (status, msgspec.json.decode(text)) == (200, {"people": [str(_public_id(site, mine))]})


def test_nobody_is_found_by_what_is_nobodys(site: Site) -> None:
    _meet(site, "c1", email="c1@shop.test")
    _meet(site, "c2", trusted=False, email="claimed@shop.test")
    for asked in (
        "customer_id=C1",
        "customer_id=c",
        "customer_id=c1@shop.test",
        "customer_id=null",
        "customer_id=",
        "email=claimed%40shop.test",
        "email=nonsense",
        "phone=1",
        f"card={'9' * 999}",
    ):
        status, text, _ = site.get(f"/v1/people?{asked}")
        assert (status, msgspec.json.decode(text)) == (200, {"people": []}), asked
    assert site.get("/v1/people?customer_id=%00")[0] == 422
    assert site.get("/v1/people?customer_id=c1", signed_in=False)[0] == 401


def test_whoever_looks_for_somebody_says_one_thing(site: Site) -> None:
    words = {"tr": "yalnızca biriyle", "az": "yalnız biri ilə", "en": "exactly one"}
    for locale, said in words.items():
        for asked in ("", "customer_id=c1&email=c1%40shop.test&"):
            status, text, _ = site.get(f"/v1/people?{asked}lang={locale}")
            error = msgspec.json.decode(text)["error"]
            assert (status, error["code"]) == (400, "web.one_identifier")
            assert said in error["message"]


def test_a_mail_is_shown_in_a_frame_that_can_do_nothing(site: Site) -> None:
    folder = site.house.config.data / "mailbox"
    folder.mkdir()
    (folder / "000007.eml").write_bytes(
        b"Subject: =?utf-8?b?xLBwZWs=?=\r\nTo: a@b.test\r\nContent-Type: text/html; "
        b"charset=utf-8\r\n\r\n<p>Merhaba</p><script>1</script>"
    )
    status, text, headers = site.get("/mails/7")
    assert status == 200
    assert "<p>Merhaba</p>" in text
    assert "sandbox" in headers["content-security-policy"]
    assert "script-src" not in headers["content-security-policy"]
    assert "default-src 'none'" in headers["content-security-policy"]
    page = site.get("/?lang=az")[1]
    assert "İpek" in page
    assert 'sandbox=""' in page
    assert site.get("/mails/8")[0] == 404


def test_the_style_sheet_is_served_once_and_nothing_else_is(site: Site) -> None:
    status, _, headers = site.get("/static/kervan.css", signed_in=False)
    assert status == 200
    again = site.get("/static/kervan.css", signed_in=False, **{"If-None-Match": headers["etag"]})
    assert again[0] == 304
    assert site.get("/static/..%2flive.py", signed_in=False)[0] == 404


@pytest.mark.peer("chromium")
def test_the_page_keeps_itself_fresh_and_says_when_it_cannot(site: Site, tell: Any) -> None:
    """In a real browser: new figures appear, focus stays, nothing breaks the policy."""
    person = _meet(site, "c1", firstName="Elif", simulated=True)
    tell({"name": "Product Viewed", "person": person, "at_ms": clock.now_ms()})
    name, _, secret = site.cookie.partition("=")
    said: list[str] = []
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=str(peers.find("chromium")), args=["--no-sandbox", "--disable-gpu"]
        )
        context = browser.new_context(viewport={"width": 360, "height": 800})
        context.add_cookies([{"name": name, "value": secret, "url": site.address}])
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(f"{site.address}/?lang=tr")
        expect(page.locator("html")).to_have_attribute("lang", "tr")
        first = page.locator(f"#person-{person}")
        expect(first).to_have_text("E.")
        first.focus()
        other = _meet(site, "c2", firstName="Işıl")
        tell({"name": "Product Viewed", "person": other, "at_ms": clock.now_ms()})
        expect(page.locator(f"#person-{other}")).to_have_text("I.", timeout=15_000)
        expect(first).to_be_focused()
        assert page.evaluate(
            "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        )
        assert said == []
        context.set_offline(True)
        expect(page.get_by_role("status")).to_contain_text("Bağlantı koptu", timeout=15_000)
        context.set_offline(False)
        expect(page.get_by_role("status")).to_contain_text("Yeniden bağlandı", timeout=20_000)
        browser.close()
