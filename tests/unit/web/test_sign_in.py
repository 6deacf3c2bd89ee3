"""Signing in through the real pages: what lets one in, what never does, and who can tell."""

import statistics
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from kervan.kernel import clock
from kervan.web import access, totp, tries, users
from kervan.web.reader import COOKIE
from tests.unit.web.visiting import HOME, PASSWORD, Place, Visitor, open_place

_EMAIL = "ayse@shop.test"


@pytest.fixture
def place(engines_urls: Any, tmp_path: Path) -> Iterator[Place]:
    with open_place(engines_urls, tmp_path) as opened:
        yield opened


def _factor(place: Place, user: Any) -> bytes:
    """Turn a second factor on; its secret."""
    vault = place.house.vault
    with place.connect() as conn:
        one = users.by_id(conn, user)
        secret = users.draft_second_factor(conn, vault, one)
        now = totp.code(secret, totp.step_of(clock.now_ms()))
        users.confirm_second_factor(conn, vault, one, now)
    return secret


def _code(secret: bytes) -> str:
    """A code that is good now and later than the one that turned the factor on."""
    return totp.code(secret, totp.step_of(clock.now_ms()) + 1)


def test_a_right_password_opens_a_fresh_session(place: Place) -> None:
    place.user(_EMAIL, "analyst")
    visitor = place.visitor()
    assert visitor.get("/").status == 401
    visitor.cookies[COOKIE] = "planted"
    answer = visitor.sign_in("AYŞE@shop.test".replace("Ş", "S"))
    assert (answer.status, answer.headers["location"]) == (303, HOME)
    (cookie,) = [one for one in answer.cookies if one.startswith(COOKIE)]
    assert "HttpOnly" in cookie and "SameSite=lax" in cookie and "Path=/" in cookie
    assert visitor.cookies[COOKIE] != "planted"
    assert visitor.get("/").status == 200
    first = visitor.cookies[COOKIE]
    visitor.sign_in(_EMAIL)
    assert visitor.cookies[COOKIE] != first
    assert Visitor(place.port, {COOKIE: first}).get("/").status == 401, "the old one ended"
    assert [line[0] for line in place.audit()].count("signed_in") == 2


def test_over_https_the_cookie_is_secure(engines_urls: Any, tmp_path: Path) -> None:
    with open_place(engines_urls, tmp_path, public_url="https://kervan.shop.test") as place:
        place.user(_EMAIL, "analyst")
        answer = place.visitor().sign_in(_EMAIL)
        assert answer.status == 303 and all("Secure" in one for one in answer.cookies)


def test_signing_out_ends_the_session(place: Place) -> None:
    visitor = place.session(place.user(_EMAIL, "analyst"))
    kept = dict(visitor.cookies)
    assert visitor.post("/sign-out", {}).status == 303
    assert Visitor(place.port, kept).get("/").status == 401


_WRONG = (
    (_EMAIL, "wrong"),
    (_EMAIL, ""),
    (_EMAIL, PASSWORD + " "),
    ("nobody@shop.test", PASSWORD),
    ("' or 1=1 --", PASSWORD),
    ("ayse@shop.test'; drop table kervan.app_user; --", PASSWORD),
    ("аyse@shop.test", PASSWORD),  # a Cyrillic а
    ("ayse\u202e@shop.test", PASSWORD),
    ("ayse@shop.test\0", PASSWORD + "x"),
    ("a" * 5_000, PASSWORD),
    ("", ""),
)


def test_whatever_is_wrong_hears_the_same(place: Place) -> None:
    place.user(_EMAIL, "analyst")
    for email, password in _WRONG:
        answer = place.visitor().sign_in(email, password)
        assert answer.status == 401, (email, password)
        assert "E-mail or password is wrong" in answer.text
        assert COOKIE not in " ".join(answer.cookies)
    assert place.visitor().sign_in(_EMAIL).status == 303


def test_a_megabyte_is_refused_unread(place: Place) -> None:
    answer = place.visitor().sign_in(_EMAIL, "x" * 1_000_000)
    assert answer.status == 413
    assert place.visitor().ask("POST", "/sign-in", b"\xff\xfe=%zz").status in (400, 401)


def test_the_disabled_and_the_invited_hear_what_everybody_hears(place: Place) -> None:
    place.user("owner@shop.test", "owner")
    gone = place.user(_EMAIL, "analyst")
    with place.connect() as conn:
        users.disable(conn, place.house.config.workspace, gone)
        users.add(conn, place.house.config.workspace, "new@shop.test", ["analyst"])
    for email in (_EMAIL, "new@shop.test"):
        answer = place.visitor().sign_in(email)
        assert answer.status == 401 and "E-mail or password is wrong" in answer.text


def test_time_tells_nothing(place: Place) -> None:
    place.user(_EMAIL, "analyst")

    def seconds(email: str) -> float:
        began = clock.monotonic()
        assert place.visitor().sign_in(email, "wrong password here").status == 401
        return clock.monotonic() - began

    seconds("warm@shop.test")
    known = [seconds(_EMAIL) for _ in range(7)]
    unknown = [seconds(f"nobody{number}@shop.test") for number in range(7)]
    # Without the hash that nobody has, the unknown would be answered ten times as fast.
    assert 0.4 < statistics.median(unknown) / statistics.median(known) < 2.5


def test_an_account_locks_for_all_processes_whether_it_is_there_or_not(place: Place) -> None:
    place.user(_EMAIL, "analyst")
    for email in (_EMAIL, "nobody@shop.test"):
        said = [place.visitor().sign_in(email, "wrong").status for _ in range(12)]
        assert said == [401] * tries.ACCOUNT.times + [429, 429], email
        locked = place.visitor().sign_in(email)
        assert locked.status == 429 and "15 min" in locked.text
    with place.connect() as conn:
        conn.execute("update kervan.sign_in_tries set since = since - interval '16 minutes'")
    assert place.visitor().sign_in(_EMAIL).status == 303


def test_an_address_locks_too(place: Place) -> None:
    place.user(_EMAIL, "analyst")
    with place.connect() as conn:
        for _ in range(tries.ADDRESS.times):
            tries.take(conn, tries.ADDRESS, "127.0.0.1")
    assert place.visitor().sign_in(_EMAIL).status == 429


def test_the_second_factor_is_asked_and_good_once(place: Place) -> None:
    user = place.user(_EMAIL, "analyst")
    secret = _factor(place, user)
    visitor = place.visitor()
    answer = visitor.sign_in(_EMAIL)
    assert answer.headers["location"] == "/sign-in/code"
    assert visitor.get("/").status == 401 and visitor.get("/v1/live").status == 401
    assert visitor.get("/account").status == 401, "half a session has no right"
    assert visitor.get("/sign-in/code").status == 200
    half = visitor.cookies[COOKIE]
    assert visitor.post("/sign-in/code", {"code": "000000"}).status == 401
    code = _code(secret)
    other = place.visitor()
    other.sign_in(_EMAIL)
    assert visitor.post("/sign-in/code", {"code": code}).headers.get("location") == HOME
    assert visitor.cookies[COOKIE] != half and visitor.get("/").status == 200
    assert other.post("/sign-in/code", {"code": code}).status == 401, "a code used before"
    assert Visitor(place.port, {COOKIE: half}).get("/").status == 401


def test_of_two_who_send_one_code_at_once_one_gets_in(place: Place) -> None:
    secret = _factor(place, place.user(_EMAIL, "analyst"))
    visitors = [place.visitor() for _ in range(4)]
    for one in visitors:
        one.sign_in(_EMAIL)
    code = _code(secret)
    with ThreadPoolExecutor(4) as pool:
        said = list(
            pool.map(lambda one: one.post("/sign-in/code", {"code": code}).status, visitors)
        )
    assert sorted(said) == [303, 401, 401, 401]


def test_codes_cannot_be_tried_through(place: Place) -> None:
    secret = _factor(place, place.user(_EMAIL, "analyst"))
    visitor = place.visitor()
    visitor.sign_in(_EMAIL)
    said = [visitor.post("/sign-in/code", {"code": str(n)}).status for n in range(6)]
    assert said == [401] * 5 + [429]
    assert visitor.post("/sign-in/code", {"code": _code(secret)}).status == 401, "half is over"
    visitor.sign_in(_EMAIL)
    assert visitor.post("/sign-in/code", {"code": _code(secret)}).status == 429


def test_what_another_site_sends_is_not_carried_out(place: Place) -> None:
    user = place.user(_EMAIL, "owner")
    visitor = place.session(user)
    for foreign in (
        {"origin": "https://evil.test"},
        {"origin": "null"},
        {"origin": f"http://127.0.0.1:{place.port + 1}"},
        {"origin": f"http://127.0.0.1:{place.port}.evil.test"},
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
    ):
        for path in ("/users", "/account/sessions/end", "/sign-out", "/sign-in"):
            answer = visitor.post(path, {"email": "evil@shop.test", "role": "owner"}, **foreign)
            assert answer.status == 403, (foreign, path)
        asked = visitor.ask("POST", "/v1/sources", b'{"name":"x","kind":"server"}', **foreign)
        assert asked.status == 403, foreign
    assert visitor.get("/").status == 200
    assert visitor.post("/users", {}, origin="null", sec_fetch_site="same-origin").status == 400


def test_a_key_needs_no_origin(place: Place) -> None:
    with place.connect() as conn:
        secret = access.make_token(conn, "program")
    bearer = {"authorization": f"Bearer {secret}", "origin": "https://elsewhere.test"}
    answer = place.visitor().ask(
        "POST", "/v1/users", b'{"email":"a@shop.test","roles":["agent"]}',
        content_type="application/json", **bearer,
    )  # fmt: skip
    assert answer.status == 201
    assert place.audit()[-1][:2] == ("user_added", "key")


def test_a_session_goes_idle_and_ends_at_last(place: Place) -> None:
    visitor = place.session(place.user(_EMAIL, "analyst"))
    assert visitor.get("/").status == 200
    with place.connect() as conn:
        conn.execute("update kervan.web_session set seen_at = seen_at - interval '13 hours'")
    assert visitor.get("/").status == 401
    with place.connect() as conn:
        now = clock.now()
        conn.execute("update kervan.web_session set seen_at = %s, expires_at = %s", (now, now))
    assert visitor.get("/").status == 401


def test_a_link_lets_one_choose_a_password_once(place: Place) -> None:
    owner = place.session(place.user("owner@shop.test", "owner"))
    answer = owner.post("/users", {"email": _EMAIL, "role": "analyst", "name": "Ayşe"})
    assert answer.status == 200
    token = unescape(answer.text).partition("/sign-in/password?token=")[2].partition("<")[0]
    new = place.visitor()
    page = new.get(f"/sign-in/password?token={token}")
    assert page.status == 200 and new.get(f"/sign-in/password?token={token}").status == 200
    send = {"token": token, "password": PASSWORD, "again": PASSWORD}
    assert new.post("/sign-in/password", send | {"again": "x"}).status == 400
    short = new.post("/sign-in/password", send | {"password": "short", "again": "short"})
    assert short.status == 400 and "too short" in short.text
    assert new.post("/sign-in/password", send).status == 303
    assert new.post("/sign-in/password", send).status == 401, "the link is spent"
    assert new.get(f"/sign-in/password?token={token}").status == 401
    assert new.sign_in(_EMAIL).headers["location"] == HOME
    assert "user_added" in [line[0] for line in place.audit()]


def test_one_time_links_of_the_command_line_make_an_owner_come_in(place: Place) -> None:
    with place.connect() as conn:
        secret = access.make_link(conn)
    visitor = place.visitor()
    assert visitor.get(f"/sign-in?token={secret}").headers["location"] == HOME
    assert visitor.get("/users").status == 200
    assert visitor.get(f"/sign-in?token={secret}").status == 303, "who is in already, goes on"
    assert place.visitor().get(f"/sign-in?token={secret}").status == 401
    for wrong in ("x", "%00", "x" * 3_000):
        assert place.visitor().get(f"/sign-in?token={wrong}").status == 401


def test_sessions_are_listed_and_ended(place: Place) -> None:
    user = place.user(_EMAIL, "analyst")
    here, there = place.session(user), place.visitor()
    there.sign_in(_EMAIL, user_agent="Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0")
    stranger = place.session(place.user("other@shop.test", "analyst"))
    text = here.get("/account").text
    assert "Firefox · Linux" in text and "127.0.0.0" in text
    number = text.partition("/account/sessions/")[2].partition("/end")[0]
    assert stranger.post(f"/account/sessions/{number}/end", {}).status == 404
    assert there.get("/").status == 200
    assert here.post(f"/account/sessions/{number}/end", {}).status == 303
    assert there.get("/").status == 401 and here.get("/").status == 200
    there.sign_in(_EMAIL)
    here.post("/account/sessions/end", {})
    assert there.get("/").status == 401 and here.get("/").status == 200


def test_a_password_is_changed_by_who_knows_it(place: Place) -> None:
    user = place.user(_EMAIL, "analyst")
    here, there = place.session(user), place.session(user)
    new = "dokuz mavi uçurtma ipi"
    wrong = here.post("/account/password", {"old": "x", "password": new, "again": new})
    assert wrong.status == 400
    done = here.post("/account/password", {"old": PASSWORD, "password": new, "again": new})
    assert done.status == 200 and "Saved" in done.text
    assert here.get("/").status == 200 and there.get("/").status == 401
    assert place.visitor().sign_in(_EMAIL).status == 401
    assert place.visitor().sign_in(_EMAIL, new).status == 303


def test_a_second_factor_is_turned_on_and_off_on_the_page(place: Place) -> None:
    user = place.user(_EMAIL, "analyst")
    visitor = place.session(user)
    page = visitor.post("/account/second-factor/start", {})
    assert "otpauth://totp/Kervan:ayse@shop.test?secret=" in unescape(page.text)
    address = unescape(page.text).partition('<a href="otpauth:')[2].partition('"')[0]
    assert f'd="{totp.picture(f"otpauth:{address}")[1]}"' in page.text
    with place.connect() as conn:
        row = conn.execute(
            "select totp_draft from kervan.app_user where id = %s", (user,)
        ).fetchone()
    assert row is not None
    secret = totp.unseal(place.house.vault, str(user), row[0])
    assert visitor.post("/account/second-factor/confirm", {"code": "1"}).status == 400
    page = visitor.post("/account/second-factor/confirm", {"code": _code(secret)})
    codes = [one.partition("<")[0] for one in page.text.split("<li><code>")[1:]]
    assert len(codes) == 10
    assert visitor.post("/account/second-factor/stop", {"code": "000000"}).status == 400
    assert visitor.post("/account/second-factor/stop", {"code": codes[3]}).status == 303
    assert place.visitor().sign_in(_EMAIL).headers["location"] == HOME


@pytest.mark.parametrize(
    ("locale", "said"), [("en", "QR code with"), ("tr", "karekod"), ("az", "QR kod")]
)
def test_the_picture_of_a_second_factor_says_what_it_is_and_loads_nothing(
    place: Place, locale: str, said: str
) -> None:
    visitor = place.session(place.user(_EMAIL, "analyst"))
    page = visitor.post(f"/account/second-factor/start?lang={locale}", {})
    rest = page.text.partition('<svg class="qr"')[2]
    label = unescape(rest).partition('aria-label="')[2].partition('"')[0]
    assert said in label and 'role="img"' in rest
    drawn = rest.partition("</svg>")[0]
    assert "http" not in drawn and "<script" not in drawn and "style=" not in drawn
    assert "default-src 'none'" in page.headers["content-security-policy"]


def test_roles_change_at_once(place: Place) -> None:
    owner = place.session(place.user("owner@shop.test", "owner"))
    user = place.user(_EMAIL, "analyst")
    visitor = place.session(user)
    assert visitor.get("/v1/sources").status == 403
    owner.post(f"/users/{user}/roles", [("role", "analyst"), ("role", "developer")])
    assert visitor.get("/v1/sources").status == 200
    assert owner.post(f"/users/{user}/disable", {}).status == 303
    assert visitor.get("/").status == 401
    assert place.audit()[-1][0] == "user_disabled"
