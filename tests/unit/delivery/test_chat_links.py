"""A chat is hers who opened it by her own link; it is written to, says stop, and is let go."""

import uuid
from datetime import timedelta

from kervan.consent import ledger
from kervan.delivery import accounts, chat_links, hear, refusals
from kervan.delivery.channels.channel import Inbound, Moved
from kervan.delivery.inbound import Ground
from kervan.kernel import clock
from kervan.kernel.postgres import Connection
from kervan.profiles import read as profiles
from kervan.profiles import tokens
from tests.simulators.telegram.server import Telegram
from tests.unit.delivery.peer import until
from tests.unit.delivery.test_run import running, save, send
from tests.unit.delivery.world import AT, VAULT, add_people, states

_GROUND = Ground("TR", "Europe/Istanbul")
_CHAT = "telegram:4242"


def heard(conn: Connection, *news: Inbound | Moved) -> None:
    hear.hear(conn, VAULT, "bot", "telegram", news, _GROUND, clock.now())
    conn.commit()


def chats(conn: Connection, person: int) -> list[str]:
    found = tokens.of_people(conn, VAULT, [person], tokens.PLATFORMS_OF["telegram"])
    return [one.address for one in found.get(person, [])]


def said(number: int, text: str = "", kind: str = "text", **data: str) -> Inbound:
    return Inbound(f"update-{number}", _CHAT, clock.now(), text, "", kind, data)


def test_a_word_is_hers_for_a_week_and_cannot_be_made_by_others() -> None:
    one, other = uuid.uuid4(), VAULT
    word = chat_links.make(other, "telegram", one, AT + timedelta(days=7))
    assert len(word) <= 64 and set(word) <= set(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"
    )
    assert chat_links.whose(VAULT, "telegram", word, AT) == one
    assert chat_links.whose(VAULT, "telegram", word, AT + timedelta(days=7)) is None
    assert chat_links.whose(VAULT, "instagram", word, AT) is None
    for place in range(len(word)):
        wrong = word[:place] + ("A" if word[place] != "A" else "B") + word[place + 1 :]
        assert chat_links.whose(VAULT, "telegram", wrong, AT) in (None, one)  # unused last bits
    for odd in ("", "Qm9vaw", "é", word + "AAAA"):
        assert chat_links.whose(VAULT, "telegram", odd, AT) is None


def test_a_chat_is_linked_moved_blocked_and_opened_again(postgres: Connection) -> None:
    [person] = add_people(postgres, [""], consenting=False)
    outside = profiles.contacts(postgres, VAULT, [person])[person].id
    heard(postgres, said(1, kind="start"), said(2, kind="start", start="forged"))
    assert chats(postgres, person) == []
    word = chat_links.make(VAULT, "telegram", outside, clock.now() + chat_links.LIVES)
    heard(postgres, said(3, kind="start", start=word))
    assert chats(postgres, person) == [_CHAT]
    heard(postgres, Moved(_CHAT, "telegram:-1001", clock.now()))
    assert chats(postgres, person) == ["telegram:-1001"]
    gone = Inbound("update-5", "telegram:-1001", clock.now(), "", "", "blocked")
    heard(postgres, gone)
    assert chats(postgres, person) == []
    heard(postgres, Inbound("update-6", "telegram:-1001", clock.now(), "", "", "start"))
    assert chats(postgres, person) == ["telegram:-1001"]


def test_a_bot_writes_to_who_opened_it_until_she_says_stop(
    postgres: Connection, postgres_url: str, workspace: str
) -> None:
    ledger.on_recorded.append(refusals.hear)
    [person, stranger] = add_people(postgres, ["", ""], consenting=False)
    outside = profiles.contacts(postgres, VAULT, [person])[person].id
    word = chat_links.make(VAULT, "telegram", outside, clock.now() + chat_links.LIVES)
    heard(postgres, said(1, kind="start", start=word))
    with Telegram() as telegram, running(postgres_url, workspace):
        assert isinstance(telegram, Telegram)
        telegram.started.add(4242)
        save(
            postgres, "bot", "telegram_bot", token=telegram.token, secret_token=telegram.secret,
            base_url=telegram.url, bot="visne_bot",
        )  # fmt: skip
        send(postgres, [person, stranger], "telegram", "a", text="Siparişiniz yola çıktı")
        until(lambda: states(postgres) == {"accepted": 1, "suppressed": 1}, 30)
        assert [one["chat_id"] for one in telegram.sent] == [4242]
        heard(postgres, said(2, "DUR"), said(3, "stop"))
        telegram.blocked.add(4242)
        send(postgres, [person], "telegram", "b", text="Teslim edildi")
        until(lambda: states(postgres).get("failed") == 1, 30)
    rows = postgres.execute(
        "select status, channel, person from consent_event order by 1"
    ).fetchall()
    assert rows and set(rows) == {("withdrawn", "telegram", person)}
    account = accounts.one(postgres, VAULT, "bot")
    assert account.provider.invite is not None
    assert account.provider.invite(account.settings, "w") == "https://t.me/visne_bot?start=w"
