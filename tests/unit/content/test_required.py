"""What the law of a place wants in a commercial message is there, or it is said what to add."""

import pytest

from kervan.content import required
from kervan.content.company import Company
from kervan.content.compile import EmailSource
from kervan.content.texts.compile import Language, TextSource
from kervan.kernel.errors import KervanError
from kervan.kernel.i18n import LOCALES

WHOLE = Company("Çınar A.Ş.", "0123456789012345", email="bilgi@cinar.example")
MAIL = EmailSource(subject="x", mjml="<mjml></mjml>")


def lacks(law: str, company: Company, mail: EmailSource | TextSource = MAIL) -> str:
    """What is missing, as the error names it; "" when the mail may be."""
    try:
        required.check(mail, company, law)
    except KervanError as error:
        return str(error.params["missing"])
    return ""


@pytest.mark.parametrize(
    ("law", "all_of_it"),
    [
        ("TR", "--title, --mersis, --address/--email/--phone"),
        ("AZ", "--title, --address/--email/--phone"),
        ("EU", "--title, --address/--email/--phone"),
        ("", "--title, --address/--email/--phone"),
    ],
)
def test_each_law_wants_its_own(law: str, all_of_it: str) -> None:
    assert lacks(law, Company()) == all_of_it
    assert lacks(law, WHOLE) == ""
    assert lacks(law, Company(WHOLE.title, WHOLE.mersis)) == "--address/--email/--phone"
    assert lacks(law, Company(mersis=WHOLE.mersis, address="İzmir")) == "--title"
    without = Company(WHOLE.title, phone="+902321234567")
    assert lacks(law, without) == ("--mersis" if law == "TR" else "")
    receipt = EmailSource(subject="x", mjml="<mjml></mjml>", purpose="transactional")
    assert lacks(law, Company(), receipt) == ""


def test_a_number_the_author_wrote_counts_and_another_long_one_does_not() -> None:
    without = Company(WHOLE.title, phone="+902321234567")
    for written, missing in (
        ("MERSİS: 0123-4567-8901-2345", ""), ("0123456789012345", ""),
        ("01234567890123456", "--mersis"), ("0123 4567", "--mersis"),
    ):  # fmt: skip
        mail = EmailSource(subject="x", mjml=f"<mjml>{written}</mjml>")
        assert lacks("TR", without, mail) == missing, written


def test_the_error_names_the_brand_it_is_about() -> None:
    with pytest.raises(KervanError) as caught:
        required.check(EmailSource(subject="x", mjml="", brand="kids"), Company(), "AZ")
    assert (caught.value.code, caught.value.status) == ("content.required_missing", 422)
    for locale in LOCALES:
        assert 'company set --brand "kids" --title … --address …' in caught.value.say(locale)


def test_a_demand_that_nobody_can_meet_is_missing() -> None:
    assert required.unmet(["sender_name", "seal"], WHOLE, MAIL) == ["seal"]


def test_a_text_that_people_can_answer_says_as_much_and_a_notice_nothing() -> None:
    def text(channel: str, *written: str) -> TextSource:
        languages: list[Language] = ["tr", "az"]
        fields = {one: {"text": said} for one, said in zip(languages, written, strict=False)}
        return TextSource(channel, fields)

    without = Company(WHOLE.title, phone="+902321234567")
    for channel in ("sms", "whatsapp", "telegram"):
        assert lacks("TR", without, text(channel, "x")) == "--mersis"
        assert lacks("TR", WHOLE, text(channel, "x")) == ""
        assert lacks("TR", without, text(channel, "Mersis 0123456789012345", "x")) == "--mersis"
        assert lacks("TR", without, text(channel, "Mersis 0123456789012345")) == ""
    for channel in ("push", "web_push", "call", "store", "webhook"):
        assert lacks("TR", Company(), text(channel, "x")) == ""
