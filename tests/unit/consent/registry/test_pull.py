"""A citizen's word at the registry is one row of our ledger, whichever way it is read."""

from datetime import timedelta

from kervan.consent.registry import account as accounts
from kervan.consent.registry import pull
from kervan.consent.registry.port import Held, Moved, Page
from kervan.kernel.postgres import Connection
from tests.unit.consent.registry.world import NOON, World, world

AYSE = "+905321112233"
SAID = NOON - timedelta(minutes=5)
RET = Moved("t-1", AYSE, "MESAJ", "BIREYSEL", "RET", SAID, "IYS_WEB")


def ledger(w: World) -> list[tuple[str, str, str]]:
    """(channel, status, source) of each row of the ledger."""
    rows = w.conn.execute("select channel, status, source from consent_event order by id")
    return [(channel, status, source) for channel, status, source in rows.fetchall()]


def test_one_word_by_three_ways_is_one_row(postgres: Connection) -> None:
    with world(postgres) as w:
        w.say(w.person(AYSE), "granted", NOON - timedelta(hours=1))
        account = w.account()
        pull.apply_page(w.conn, w.vault, account, Page([RET, RET], "c1", more=False), w.at)
        pull.apply_day(w.conn, w.vault, account, NOON.date(), [RET], w.at)
        seen = [(w.hash(AYSE), "MESAJ", "BIREYSEL", Held("RET", SAID, "IYS_WEB"))]
        pull.learn(w.conn, w.vault, account, seen, w.at)
        assert ledger(w) == [("sms", "granted", "web"), ("sms", "withdrawn", "registry_web")]
        now = accounts.progress(w.conn, "")
        assert (now.after, now.pulled_at, now.day_read) == ("c1", w.at, NOON.date())


def test_a_check_shows_what_no_page_told(postgres: Connection) -> None:
    with world(postgres) as w:
        w.say(w.person(AYSE), "granted", NOON - timedelta(hours=1))
        account = w.account()
        mine = (w.hash(AYSE), "MESAJ", "BIREYSEL")
        pull.learn(w.conn, w.vault, account, [(*mine, Held("ONAY", SAID, "HS_WEB"))], w.at)
        old = NOON - timedelta(hours=2)
        pull.learn(w.conn, w.vault, account, [(*mine, Held("RET", old, "IYS_WEB"))], w.at)
        assert len(ledger(w)) == 1
        pull.learn(w.conn, w.vault, account, [(*mine, Held("RET", SAID, "HS_CAGRI"))], w.at)
        assert ledger(w)[1:] == [("sms", "withdrawn", "registry_web")]
        later = SAID + timedelta(minutes=1)
        pull.learn(w.conn, w.vault, account, [(*mine, Held("ONAY", later, "HS_WEB"))], w.at)
        assert len(ledger(w)) == 2  # a consent that another system claims is not hers to us
        pull.learn(w.conn, w.vault, account, [(*mine, Held("ONAY", later, "IYS_MOBIL"))], w.at)
        assert ledger(w)[2:] == [("sms", "granted", "registry_mobile")]


def test_a_merchants_word_is_not_the_persons(postgres: Connection) -> None:
    with world(postgres) as w:
        w.say(w.person(AYSE), "granted", NOON - timedelta(hours=1))
        merchant = RET._replace(recipient_type="TACIR")
        assert pull.apply(w.conn, w.vault, w.account(), [merchant], w.at) == 0
        assert len(ledger(w)) == 1


def test_an_old_page_teaches_nothing_about_what_is_later(postgres: Connection) -> None:
    with world(postgres) as w:
        account = w.account()
        later = RET._replace(status="ONAY", at=SAID + timedelta(minutes=1))
        for one in (later, RET):
            pull.apply(w.conn, w.vault, account, [one], w.at)
        row = postgres.execute("select status, ours from registry_state").fetchone()
        assert row == ("ONAY", False)


def test_words_no_ledger_takes_do_not_stop_the_page(postgres: Connection) -> None:
    with world(postgres) as w:
        tomorrow = RET._replace(at=w.at + timedelta(days=1))
        assert pull.apply(w.conn, w.vault, w.account(), [tomorrow, RET], w.at) == 1


def test_days_are_read_only_after_a_long_silence(postgres: Connection) -> None:
    with world(postgres) as w:
        account = w.account()
        assert pull.missed_days(account, accounts.progress(w.conn, ""), w.at) == []
        pull.apply_page(w.conn, w.vault, account, Page([], "c", more=False), w.at)
        w.at += timedelta(days=6, hours=23)
        assert pull.missed_days(account, accounts.progress(w.conn, ""), w.at) == []
        w.at += timedelta(days=4)
        days = pull.missed_days(account, accounts.progress(w.conn, ""), w.at)
        today = w.at.date()
        assert days == [today - timedelta(days=back) for back in range(7, 0, -1)]
        pull.apply_day(w.conn, w.vault, account, days[0], [], w.at)
        assert pull.missed_days(account, accounts.progress(w.conn, ""), w.at) == days[1:]
