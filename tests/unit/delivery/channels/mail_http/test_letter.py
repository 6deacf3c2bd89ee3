"""A letter is read out of fields, and nothing in them starts a header of its own."""

from email.utils import parseaddr

import pytest

from kervan.delivery.channels.channel import Fate, Outcome, Problem
from kervan.delivery.channels.mail_http.letter import Letter, MailAccount, checked, letter
from kervan.kernel.errors import KervanError
from tests.unit.delivery.channels.asking import outgoing

ACCOUNT = MailAccount(sender="Mağaza, A.Ş. <haber@shop.example>")


def read(**fields: str) -> Letter | Outcome:
    """The letter of these fields."""
    given = {"subject": "Merhaba", "text": "selam", **fields}
    return letter(outgoing(given, to="sule@home.example"), ACCOUNT)


def test_the_sender_is_the_accounts_unless_the_message_names_one() -> None:
    own, named = read(), read(**{"from": "News <news@shop.example>"})
    assert isinstance(own, Letter) and isinstance(named, Letter)
    assert (own.sender, own.sender_name) == ("haber@shop.example", "Mağaza, A.Ş.")
    assert own.from_line == '"Mağaza, A.Ş." <haber@shop.example>'
    assert named.from_line == '"News" <news@shop.example>'
    bare, quoted = read(**{"from": "a@shop.example"}), read(**{"from": '"A \\ "b" <a@b.example>'})
    assert isinstance(bare, Letter) and isinstance(quoted, Letter)
    assert (bare.from_line, bare.sender_name) == ("a@shop.example", "")
    assert parseaddr(quoted.from_line) == ('A \\ "b', "a@b.example")


def test_one_click_refusal_stands_in_the_headers() -> None:
    one = read(unsubscribe_url="https://k.example/u/x")
    assert isinstance(one, Letter)
    assert one.headers == {
        "List-Unsubscribe": "<https://k.example/u/x>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def test_no_line_of_a_field_becomes_a_header() -> None:
    one = read(
        subject="a\r\nBcc: x@evil.example", reply_to="r@shop.example\nX: y",
        unsubscribe_url="https://k.example/\r\nX: y",
    )  # fmt: skip
    assert isinstance(one, Letter)
    lines = (one.subject, one.reply_to, one.from_line, *one.headers.values())
    assert not any("\n" in line or "\r" in line for line in lines)


def test_what_cannot_be_written_is_replaced() -> None:
    one = read(text="a\ud800b", subject="\udfff")
    assert isinstance(one, Letter) and (one.text, one.subject) == ("a?b", "?")


def test_a_letter_without_words_or_sender_is_none() -> None:
    assert read(text=" ") == Outcome(Fate.REJECTED, Problem.CONTENT, "empty")
    assert read(**{"from": "nobody"}) == Outcome(Fate.DEFERRED, Problem.ACCOUNT, "no_sender")


def test_a_source_that_is_none_is_refused() -> None:
    with pytest.raises(KervanError) as refused:
        checked(MailAccount(sender="a@b.example", hook_sources=["x"]))
    assert refused.value.code == "delivery.hook_source_invalid"
