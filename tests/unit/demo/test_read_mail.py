"""A mail is read as a mail program reads it."""

from email.message import EmailMessage

from kervan.demo.read_mail import read


def _mail(**headers: str) -> bytes:
    message = EmailMessage()
    message["Subject"] = "İpek, sepetin seni bekliyor"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content("Düz metin")
    message.add_alternative(
        '<p>Çay <a href="https://k.test/c/1?a=1&amp;b=2">al</a></p>'
        '<img src="https://k.test/o/1.gif"><a>no target</a>',
        subtype="html",
    )
    return message.as_bytes()


def test_parts_links_and_pictures() -> None:
    mail = read(
        _mail(
            List_Unsubscribe="<mailto:x@y.test>, <https://k.test/u/1>",
            List_Unsubscribe_Post="List-Unsubscribe=One-Click",
        )
    )
    assert mail.subject == "İpek, sepetin seni bekliyor"
    assert mail.text.strip() == "Düz metin"
    assert "Çay" in mail.html
    assert mail.links == ("https://k.test/c/1?a=1&b=2",)
    assert mail.pictures == ("https://k.test/o/1.gif",)
    assert mail.unsubscribe_url == "https://k.test/u/1"


def test_a_folded_address_is_put_together_again() -> None:
    raw = _mail(List_Unsubscribe_Post="List-Unsubscribe=One-Click")
    long = b"List-Unsubscribe: <https://k.test/u/" + b"x" * 60 + b"\r\n " + b"y" * 60 + b">\r\n"
    assert read(long + raw).unsubscribe_url == "https://k.test/u/" + "x" * 60 + "y" * 60


def test_without_the_promise_of_one_click_there_is_none() -> None:
    assert read(_mail(List_Unsubscribe="<https://k.test/u/1>")).unsubscribe_url is None
    assert read(b"Subject: x\r\n\r\nplain").links == ()
