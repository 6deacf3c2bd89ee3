"""A link opens one address's page: its owner's, and shows of her others what has a word."""

from kervan.content import contact_tokens
from kervan.kernel import clock
from kervan.web.pages.preferences import visitor
from tests.unit.web.pages.preferences.opened import PHONE, Opened


def visited(her: Opened, path: str) -> visitor.Visitor:
    """Who a link leads to."""
    with her.house.connection() as conn:
        text = path.rpartition("/")[2]
        token, why = visitor.read(her.house, conn, text, contact_tokens.PREFERENCES, clock.now())
        assert token is not None, why
        found = visitor.visit(her.house, conn, token)
        assert found is not None
        return found


def test_the_links_own_address_comes_first(her: Opened) -> None:
    by_mail, by_sms = visited(her, her.link()), visited(her, her.link(PHONE))
    assert by_mail.head == by_sms.head == 1
    assert [one.value for one in by_mail.points] == [one.value for one in by_sms.points[::-1]]
    assert by_mail.shown() == ["email", "sms"]
    assert by_mail.may_agree("email")
    assert not by_mail.may_agree("sms")
    assert by_sms.may_agree("sms")
    assert by_mail.is_on("sms", clock.now())
    assert by_mail.word("call") is None
