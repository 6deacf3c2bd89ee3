"""The public page: what a link opens and what it does not, and what each button does."""

from datetime import timedelta

import pytest

from kervan.consent import ledger, opt_in
from kervan.consent.ledger import Change
from kervan.content import company, contact_tokens
from kervan.content.company import Company
from kervan.delivery import outbox
from kervan.kernel import clock, ids
from tests.unit.delivery.world import intents
from tests.unit.web.pages.preferences.opened import ADDRESS, PHONE, Opened, add


@pytest.mark.parametrize(
    ("asked", "language", "word"),
    [("tr-TR", "tr", "Bizden ne alacaksınız"), ("az", "az", "Bizdən nə almaq istəyirsiniz"),
     ("de, en;q=0.5", "en", "What you get from us")],
)  # fmt: skip
def test_a_link_opens_a_closed_page_in_the_readers_language(
    her: Opened, asked: str, language: str, word: str
) -> None:
    answer, page = her.show(accept_language=asked)
    assert (answer.status, page.language) == (200, language)
    assert word in page.words
    assert "a***@e***.example" in page.words
    assert ADDRESS not in answer.text
    assert PHONE not in answer.text
    assert "<script" not in answer.text
    assert "Dükkân" in page.words
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-robots-tag"] == "noindex, nofollow"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert not answer.cookies
    turned = her.show(f"{her.link()}?lang=en")[1]
    assert turned.language == "en"


def test_looking_changes_nothing(her: Opened) -> None:
    for method in ("GET", "HEAD"):
        assert her.browser.ask(method, her.link()).status == 200
    assert her.events() == []
    assert her.rows("select count(*) from consent_event") == [(2,)]


def bad_links(her: Opened) -> list[tuple[str, int]]:
    good = her.link()
    return [
        (good[:-1], 404),
        (good + "A", 404),
        (good.swapcase().replace("/P/", "/p/"), 404),
        (good[:-3] + "AAA", 404),
        ("/p/x", 404),
        ("/p/" + "a" * 5_000, 404),
        ("/p/%00%ff", 404),
        (her.link(lasts=timedelta(seconds=-1)), 410),
        (her.link(workspace=her.workspace + 1), 404),
        (her.link("nobody@ev.example"), 404),
        (her.link(use=contact_tokens.CONFIRM).replace("/confirm/", "/p/"), 404),
        (her.link(use=contact_tokens.CONFIRM), 404),  # no mail asked for it
        (her.link(use=contact_tokens.CONFIRM, lasts=timedelta(days=-1)), 410),
        (her.link().replace("/p/", "/confirm/"), 404),
        (her.link().replace("/p/", "/u/"), 404),
    ]


def test_any_other_link_is_a_calm_page_that_tells_nothing(her: Opened) -> None:
    for path, status in bad_links(her):
        for answer in (
            her.browser.get(path, accept_language="tr"),
            her.browser.post(path, {"form": "x", "do": "stop"}, accept_language="tr"),
        ):
            assert answer.status == status, path
            assert "Traceback" not in answer.text
            assert "<html" in answer.text
    unknown = her.browser.get(her.link("nobody@ev.example")).text
    assert unknown == her.browser.get("/p/x").text
    assert her.allowed()


def test_a_form_that_is_not_ours_changes_nothing(her: Opened) -> None:
    path = her.link()
    _, page = her.show(path)
    mark = dict(page.sent())["form"]
    minute, _, sign = mark.partition("-")
    old = f"{int(minute, 16) - 24 * 60 - 1:x}-{sign}"
    for wrong in ("", "x", mark[:-1], old, f"zz-{sign}", f"{minute}-", "-" * 50, "ı-" + sign,
                  "f" * 12 + "-" + sign):  # fmt: skip
        answer = her.browser.post(path, {"form": wrong, "do": "stop"})
        assert answer.status == 400
        assert "open for too long" in answer.text
    other = her.link(lasts=timedelta(days=2))
    assert her.browser.post(other, {"form": mark, "do": "stop"}).status == 400
    assert her.allowed()
    assert her.browser.post(path, {"form": mark, "do": "stop"}).status == 303
    assert not her.allowed()
    assert not her.allowed("sms")


def test_a_fat_or_broken_form_is_a_calm_page(her: Opened) -> None:
    path = her.link()
    kind = "application/x-www-form-urlencoded"
    for body in (b"form=" + b"x" * 100_000, b"&".join([b"a=b"] * 500), b"form=%ff&do=\xff"):
        answer = her.browser.ask("POST", path, body, content_type=kind)
        assert answer.status in (400, 413)
        assert "Nothing was changed" in answer.text or "too long" in answer.text
    assert her.allowed()


def test_after_a_merge_the_link_is_still_hers(her: Opened) -> None:
    path = her.link()
    with her.house.connection() as conn:
        add(conn, her.house.keys, 2)
        conn.execute("update profile set merged_into = 2 where person = 1")
    her.person = 2
    assert her.show(path)[0].status == 200
    her.press(drop=("channel=email",))
    assert not her.allowed()
    [(person,)] = her.rows("select person from consent_event order by id desc limit 1")
    assert person == 2


def waiting(her: Opened) -> Opened:
    """She asked for e-mails by a form, and the mail with the button has gone out."""
    with her.house.connection() as conn:
        contact = her.house.keys.blind("email", ADDRESS)
        conn.execute("delete from consent_state")
        ledger.on_recorded.append(opt_in.hear)
        try:
            said = Change("email", "pending", clock.now(), 1, contact, "email")
            ledger.record(conn, her.house.keys, [said])
        finally:
            ledger.on_recorded.remove(opt_in.hear)
        [mail] = opt_in.due(conn, clock.now())
        her.message = ids.uuid7()
        opt_in.sent(conn, [(mail.id, her.message)], clock.now())
    return her


def test_only_the_press_confirms_and_verifies(her: Opened) -> None:
    waiting(her)
    path = her.link(use=contact_tokens.CONFIRM)
    for method in ("GET", "HEAD"):
        assert her.browser.ask(method, path).status == 200
    page = her.show(path, accept_language="az")[1]
    assert "Sizə məktub göndərək" in page.words
    assert not her.allowed()
    assert her.browser.post(path, {"form": "x"}).status == 400
    assert not her.allowed()
    for _ in range(2):
        done = her.browser.post(path, page.sent())
        assert done.status == 200
        assert "confirmed" in done.text
    assert her.allowed()
    assert her.events() == ["Identifier Verified"]
    assert "confirmed" in her.browser.get(path).text
    [(source, proof)] = her.rows("select source, proof is not null from consent_event"
                                 " order by id desc limit 1")  # fmt: skip
    assert (source, proof) == ("email", True)
    # The link of one mail confirms nothing else.
    other = her.link(use=contact_tokens.CONFIRM, reference=ids.uuid7())
    assert her.browser.get(other).status == 404


def test_the_page_is_about_the_brand_that_spoke(her: Opened) -> None:
    """Its yes and no are that brand's; without one of hers the brand is off."""
    message = ids.uuid7()
    with her.house.connection() as conn:
        company.save(conn, "kids", Company("Küçük Dükkân"), clock.now())
        wanted = intents([1])
        wanted.brand = ["kids"]
        outbox.intend(conn, her.house.keys, wanted)
        conn.execute("update message set id = %s", (message,))
    link = her.link(reference=message)
    _, page = her.show(link, accept_language="tr")
    assert "Küçük Dükkân" in page.words
    form = [one for one in page.sent() if one[0] != "channel"]
    on = [*form, ("channel", "email"), ("do", "save")]
    assert her.browser.post(link, on).status == 303
    said = "select brand, status from consent_event where channel = 'email' order by id"
    assert her.rows(said)[1:] == [("kids", "granted")]
    assert her.browser.post(link, [*form, ("do", "save")]).status == 303
    assert her.rows(said)[2:] == [("kids", "withdrawn")]
    assert her.allowed(), "the company itself may go on"
