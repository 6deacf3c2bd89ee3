"""WhatsApp through Meta's Cloud API: templates, the window, its limits, codes, signed calls."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest

from kervan.delivery.channels import found
from kervan.delivery.channels.channel import Fate, Outcome, Outgoing, Problem, Receipt, Request
from kervan.delivery.channels.whatsapp import codes, whatsapp_cloud
from kervan.delivery.channels.whatsapp.whatsapp_cloud import PROVIDER, Settings
from kervan.kernel.errors import KervanError
from kervan.kernel.http import Answer, Client
from tests.simulators.whatsapp.server import ERRORS, NUMBER, Template, WhatsApp
from tests.unit.delivery.channels.asking import (
    AT,
    MESSAGE,
    PHONE,
    outgoing,
    patience,
    request,
    sent,
)

DIGITS = PHONE.removeprefix("+")
USER = "TR.13491208655302741918"
OFFER = {"template": "sepet", "template_language": "tr"}


@dataclass
class Hands:
    """A clock that only the test moves."""

    at: datetime = AT

    def now(self) -> datetime:
        """Its time."""
        return self.at


@pytest.fixture
def hands() -> Hands:
    """The simulator's clock."""
    return Hands()


@pytest.fixture
def provider(hands: Hands) -> Iterator[WhatsApp]:
    """A number at Meta with a few templates."""
    with WhatsApp(hands.now) as one:
        assert isinstance(one, WhatsApp)
        one.templates = {
            ("sepet", "tr"): Template(),
            ("kargo", "tr"): Template("UTILITY", parameters=2, header="image", buttons={0: "url"}),
            ("fatura", "tr"): Template("UTILITY", header="document"),
            ("kupon", "tr"): Template(buttons={0: "quick_reply", 1: "copy_code"}),
            ("kod", "tr"): Template("AUTHENTICATION"),
            ("yorgun", "tr"): Template(status="PAUSED"),
            ("bitti", "tr"): Template(status="DISABLED"),
        }
        yield one


def settings(provider: WhatsApp, **changed: Any) -> Settings:
    """Right settings for it."""
    given = {
        "phone_number_id": NUMBER, "access_token": provider.token, "base_url": provider.url,
        "app_secret": provider.secret, "verify_token": provider.verify, **changed,
    }  # fmt: skip
    return msgspec.convert(given, Settings)


def template(name: str = "sepet", to: str = PHONE, **fields: str) -> Outgoing:
    """A message by this template."""
    return outgoing({"template": name, "template_language": "tr", **fields}, to=to)


def called(told: tuple[bytes, str]) -> Request:
    """A call of Meta's as the edge gives it on."""
    return request(told[0], headers={"x-hub-signature-256": told[1]})


def outcome(code: int, problem: Problem, wait: float = 0.0) -> Outcome:
    """What a known code comes to."""
    return Outcome(codes.fate(problem), problem, str(code), retry_after_seconds=wait)


def test_it_is_found_by_its_name() -> None:
    assert found.find("whatsapp_cloud") is PROVIDER


def test_a_template_is_taken_and_carries_our_id(provider: WhatsApp) -> None:
    [told] = sent(PROVIDER, settings(provider), template())
    [taken] = provider.messages
    assert told == Outcome(Fate.ACCEPTED, reference=taken.wamid)
    assert (taken.to, taken.body["biz_opaque_callback_data"]) == (DIGITS, str(MESSAGE))
    assert "components" not in taken.body["template"]


def test_parameters_header_and_buttons_stand_where_the_template_has_them(
    provider: WhatsApp,
) -> None:
    fields = {
        "parameter_1": "Şule", "parameter_2": "iki\nsatır     uzun", "button_1": "izle/7",
        "header_media_url": "https://cdn.example/a.PNG?w=1", "parameter_3": "",
    }  # fmt: skip
    invoice = {"header_media_url": "https://cdn.example/fatura%202.pdf"}
    coupon = {"button_1": "payload:evet:şimdi", "button_2": "code:KIS26"}
    told = sent(
        PROVIDER, settings(provider),
        template("kargo", **fields), template("fatura", **invoice), template("kupon", **coupon),
    )  # fmt: skip
    assert [one.fate for one in told] == [Fate.ACCEPTED] * 3
    parts = [one.body["template"]["components"] for one in provider.messages]
    texts = [one["text"] for one in parts[0][1]["parameters"]]
    assert texts == ["Şule", "iki satır uzun"]
    assert parts[1][0]["parameters"][0]["document"]["filename"] == "fatura 2.pdf"
    assert parts[2][0]["parameters"][0]["payload"] == "evet:şimdi"


def test_a_template_without_a_language_has_the_messages(provider: WhatsApp) -> None:
    [told] = sent(PROVIDER, settings(provider), outgoing({"template": "sepet"}))
    assert told.fate is Fate.ACCEPTED


@pytest.mark.parametrize(
    ("message", "code"),
    [
        (template("yok"), 132001),
        (template("sepet", parameter_1="x"), 132000),
        (template("kargo", parameter_1="x", parameter_2="y"), 132012),
        (template("kupon"), 132000),
        (template("yorgun"), 132015),
        (template("bitti"), 132016),
        (template("kod", to=USER), 131062),
    ],
)
def test_a_template_that_cannot_go_is_refused_alone(
    provider: WhatsApp, message: Outgoing, code: int
) -> None:
    told = sent(PROVIDER, settings(provider), message, template())
    assert told[0] == outcome(code, Problem.CONTENT) and told[1].fate is Fate.ACCEPTED


@pytest.mark.parametrize(
    ("message", "problem", "code"),
    [
        (outgoing({"text": "  "}), Problem.CONTENT, "empty"),
        (outgoing({}), Problem.CONTENT, "empty"),
        (outgoing({"text": "x" * 4097}), Problem.CONTENT, "too_long"),
        (template("kargo", parameter_2="iki"), Problem.CONTENT, "parameter_missing"),
        (template(to="05321112233"), Problem.ADDRESS, "no_address"),
        (template(to="tr.1"), Problem.ADDRESS, "no_address"),
        (template(to="TR." + "a" * 129), Problem.ADDRESS, "no_address"),
    ],
)
def test_what_cannot_be_right_is_not_sent(
    provider: WhatsApp, message: Outgoing, problem: Problem, code: str
) -> None:
    [told] = sent(PROVIDER, settings(provider), message)
    assert told == Outcome(Fate.REJECTED, problem, code) and not provider.calls


@pytest.mark.parametrize("to", [PHONE, USER, "TR.ENT.11815799212886844830"])
def test_a_text_goes_only_within_a_day_after_she_wrote(
    provider: WhatsApp, hands: Hands, to: str
) -> None:
    given, message = settings(provider), outgoing({"text": "Kargonuz yolda 🚚"}, to=to)
    assert sent(PROVIDER, given, message) == [outcome(131047, Problem.WINDOW)]
    who = {"user": to} if "." in to else {"phone": DIGITS}
    provider.said("text", {"body": "nerede?"}, **who)
    hands.at += timedelta(hours=23, minutes=59)
    [told] = sent(PROVIDER, given, message)
    assert told.fate is Fate.ACCEPTED
    [taken] = provider.messages
    assert taken.body["text"]["body"] == "Kargonuz yolda 🚚"
    assert taken.body.get("recipient", "") == (to if "." in to else "")
    hands.at += timedelta(minutes=2)
    assert sent(PROVIDER, given, message) == [outcome(131047, Problem.WINDOW)]


def test_faster_than_a_number_or_a_pair_may(provider: WhatsApp, hands: Hands) -> None:
    given = settings(provider)
    provider.most_per_second, provider.pair_seconds = 2, 6.0
    told = sent(
        PROVIDER, given, template(), template(), template(to=USER), template(to="+90555111")
    )
    assert told[0].fate is told[2].fate is Fate.ACCEPTED
    assert told[1] == outcome(131056, Problem.SERVER, codes.PAIR_SECONDS)
    assert told[3] == outcome(130429, Problem.THROTTLED)
    hands.at += timedelta(seconds=7)
    assert sent(PROVIDER, given, template())[0].fate is Fate.ACCEPTED


def test_who_had_enough_marketing_or_stopped_it_still_gets_other_templates(
    provider: WhatsApp,
) -> None:
    given, invoice = settings(provider), template("kod")
    provider.most_marketing = 0
    assert sent(PROVIDER, given, template()) == [outcome(131049, Problem.CONTENT)]
    provider.stopped = {DIGITS}
    told = sent(PROVIDER, given, template(), invoice)
    assert told[0] == Outcome(Fate.REJECTED, Problem.REFUSED, "131050")
    assert told[1].fate is Fate.ACCEPTED


def test_who_cannot_be_reached_now_is_not_given_up_for_good(provider: WhatsApp) -> None:
    provider.absent = {DIGITS}
    [told] = sent(PROVIDER, settings(provider), template())
    assert told == Outcome(Fate.REJECTED, Problem.NONE, "131026")


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (190, outcome(190, Problem.ACCOUNT)),
        (10, outcome(10, Problem.ACCOUNT)),
        (131031, outcome(131031, Problem.ACCOUNT)),
        (131048, outcome(131048, Problem.THROTTLED)),
        (80007, outcome(80007, Problem.THROTTLED)),
        (131000, outcome(131000, Problem.SERVER)),
        (131016, outcome(131016, Problem.SERVER)),
        (2, outcome(2, Problem.SERVER)),
        (100, outcome(100, Problem.CONTENT)),
        (1, Outcome(Fate.DOUBT, Problem.SERVER, "1")),
    ],
)
def test_what_its_codes_mean(provider: WhatsApp, code: int, expected: Outcome) -> None:
    provider.error = code
    assert sent(PROVIDER, settings(provider), template()) == [expected] and not provider.messages


def test_a_wrong_token_or_number_is_the_accounts(provider: WhatsApp) -> None:
    for changed in ({"access_token": "other"}, {"phone_number_id": "99999"}):
        [told] = sent(PROVIDER, settings(provider, **changed), template())
        assert (told.fate, told.problem) == (Fate.DEFERRED, Problem.ACCOUNT)


def test_every_code_that_it_knows_has_a_meaning() -> None:
    unknown = {code for code in ERRORS if codes.meaning(code) is None} - codes.UNSURE
    assert not unknown
    assert {codes.meaning(code) for code in (200, 253, 299)} == {Problem.ACCOUNT}


@pytest.mark.parametrize(
    ("status", "raw", "expected"),
    [
        (400, b'{"error": {"code": 987654, "message": "+905321112233"}}',
         Outcome(Fate.REJECTED, Problem.CONTENT, "987654")),
        (401, b'{"error": {"code": 987654}}', Outcome(Fate.DEFERRED, Problem.ACCOUNT, "http_401")),
        (500, b'{"error": {"code": 987654}}', Outcome(Fate.DOUBT, Problem.SERVER, "987654")),
        (400, b'{"error": {"code": true}}', Outcome(Fate.REJECTED, Problem.CONTENT, "http_400")),
        (400, b'{"error": "no"}', Outcome(Fate.REJECTED, Problem.CONTENT, "http_400")),
        (200, b'{"messages": [{"id": 7}]}', Outcome(Fate.DOUBT, Problem.SERVER, "http_200")),
        (200, b'{"messages": []}', Outcome(Fate.DOUBT, Problem.SERVER, "http_200")),
        (404, b"<html>", Outcome(Fate.REJECTED, Problem.CONTENT, "http_404")),
    ],
)  # fmt: skip
def test_answers_of_no_documented_kind(status: int, raw: bytes, expected: Outcome) -> None:
    given = Settings(phone_number_id=NUMBER, access_token="t", app_secret="s", verify_token="v")
    line = whatsapp_cloud.WhatsApp(given, Client.__new__(Client))
    assert line._judged(Answer(status, {}, raw)) == expected


@pytest.mark.parametrize(
    "kind", ["cut", "half", "hang", "500-after", "html-after", "empty-after", "500", "503", "html"]
)
def test_a_doubt_is_resolved_by_a_status(provider: WhatsApp, kind: str) -> None:
    provider.fail(kind)
    given = settings(provider)
    [told] = sent(PROVIDER, given, template(), timeout_seconds=patience(kind))
    assert told.fate is Fate.DOUBT
    for taken in provider.messages:
        value = {"statuses": [provider.status(taken, "delivered")]}
        [news] = whatsapp_cloud.read(given, called(provider.webhook(value))).news
        assert news == Receipt("delivered", AT, taken.wamid, MESSAGE)


@pytest.mark.parametrize(
    ("kind", "seconds"), [("429", 0), ("429-seconds", 7), ("429-absurd", 86400)]
)
def test_a_429_without_a_code(provider: WhatsApp, kind: str, seconds: float) -> None:
    provider.fail(kind)
    [told] = sent(PROVIDER, settings(provider), template())
    assert told == Outcome(Fate.DEFERRED, Problem.THROTTLED, "http_429", "", seconds)


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"phone_number_id": "+90 850 000 00 00"}, "phone_number_id"),
        ({"access_token": ""}, "access_token"),
        ({"access_token": "a\nb"}, "access_token"),
        ({"app_secret": " "}, "app_secret"),
        ({"verify_token": ""}, "verify_token"),
        ({"api_version": "23"}, "api_version"),
    ],
)
def test_settings_that_cannot_work(
    provider: WhatsApp, changed: dict[str, Any], problem: str
) -> None:
    with pytest.raises(KervanError) as refused:
        sent(PROVIDER, settings(provider, **changed))
    assert refused.value.code == "delivery.whatsapp_settings_invalid"
    assert refused.value.params == {"problem": problem}


def test_what_is_changed_on_its_way_is_forged(provider: WhatsApp) -> None:
    given = settings(provider)
    raw, signature = provider.webhook({"messages": [], "note": "çay/kahve"})
    again = json.dumps(json.loads(raw), ensure_ascii=False).encode()
    for forged in (
        called((again, signature)),
        called((raw + b" ", signature)),
        called((raw, signature.removeprefix("sha256="))),
        called((raw, "sha256=" + "0" * 64)),
        called((raw, "sha256=é")),
        called((raw, "")),
        replace(called((raw, signature)), headers={}),
        replace(called((raw, signature)), headers={"x-hub-signature": signature}),
        replace(called((raw, signature)), method="PUT", body=b""),
    ):
        with pytest.raises(KervanError) as refused:
            whatsapp_cloud.read(given, forged)
        assert (refused.value.code, refused.value.status) == ("delivery.hook_forged", 401)
    assert whatsapp_cloud.read(given, called((raw, signature))).news == []


@pytest.mark.parametrize("raw", [b"", b"[]", b"\xff", b"<html>", b"[" * 100_000])
def test_a_signed_body_that_is_no_object(provider: WhatsApp, raw: bytes) -> None:
    with pytest.raises(KervanError) as refused:
        whatsapp_cloud.read(settings(provider), called((raw, provider.sign(raw))))
    assert refused.value.code == "delivery.hook_unreadable"


def test_metas_question_is_answered_with_its_challenge(provider: WhatsApp) -> None:
    given, hook = settings(provider), "https://kervan.example/hooks/in/a/b"
    ask = "?hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token="
    right = request(b"", method="GET", url=f"{hook}{ask}do%C4%9Frula")
    told = whatsapp_cloud.read(given, right)
    assert (told.status, told.body, told.content_type) == (200, b"1158201444", "text/plain")
    for query in (f"{ask}other", ask, "", f"{ask}do%C4%9Frula".replace("subscribe", "x")):
        with pytest.raises(KervanError) as refused:
            whatsapp_cloud.read(given, replace(right, url=f"{hook}{query}"))
        assert refused.value.code == "delivery.hook_forged"
    with pytest.raises(KervanError):
        whatsapp_cloud.read(
            msgspec.structs.replace(given, verify_token=""), replace(right, url=f"{hook}{ask}")
        )
