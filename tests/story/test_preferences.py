"""What somebody chooses about our messages, told to a running Kervan by mail, SMS and telephone."""

import email
import email.policy
import itertools
import re
from pathlib import Path
from typing import Any

import pytest

from tests.sdk.door import until
from tests.story.running import SMS_HOOK_SECRET, Answer, Kervan
from tests.unit.delivery.peer import Peer
from tests.unit.web.pages.preferences.opened import Page

JOURNEY = """
journey:
  key: {key}
  name: Letters
  trigger: {{event: {event}}}
  reentry: after_exit
  steps:
    - key: letter
      kind: send_email
      class: marketing
      message:
        {about}
        subject: "Letter {{{{ person.first_name | default('') }}}}"
        mjml: |
          <mjml><mj-body><mj-section><mj-column>
            <mj-text>Hello</mj-text>
          </mj-column></mj-section></mj-body></mjml>
      next: done
    - {{key: done, kind: exit}}
"""

pytestmark = pytest.mark.usefixtures("healthy")


@pytest.fixture(scope="module")
def letters(kervan: Kervan, tmp_path_factory: pytest.TempPathFactory) -> str:
    """An event that sends whom it happens to a marketing mail."""
    return publish(kervan, tmp_path_factory.mktemp("journey"), "letters")


def publish(kervan: Kervan, place: Path, key: str, about: str = "") -> str:
    """A journey with one letter, `about` its topic or its brand; gives the event it starts on."""
    text, event = place / f"{key}.yaml", f"{key.title()} Wanted"
    text.write_text(JOURNEY.format(key=key, event=event, about=about), encoding="utf-8")
    done = kervan.cli("apply", str(text))
    assert done.returncode == 0, done.stdout + done.stderr
    return event


def know(kervan: Kervan, user: str, *channels: str, **traits: Any) -> str:
    """Somebody with an address who agreed to these channels by a form on paper."""
    address = f"{user}@ev.example"
    kervan.send({"type": "identify", "userId": user, "traits": {"email": address, **traits}})
    for channel in channels:
        said = {"channel": channel, "status": "granted", "source": "paper", "notice": "form 7"}
        kervan.send({"type": "track", "event": "Consent Changed", "userId": user,
                     "properties": said})  # fmt: skip
    return address


def mails(mailbox: Peer, address: str) -> list[str]:
    """The text parts of the mails that came to an address."""
    found = []
    for _, to, raw in mailbox.accepted:
        if to == address:
            body = email.message_from_bytes(raw, policy=email.policy.default).get_body(("plain",))
            assert body is not None
            found.append(str(body.get_content()))
    return found


def mail(mailbox: Peer, address: str, count: int = 1) -> str:
    """The latest mail to an address, once there are `count`."""
    until(lambda: len(mails(mailbox, address)) >= count, lambda: f"no mail to {address}", 60)
    return mails(mailbox, address)[-1]


def link(text: str, place: str) -> str:
    """The path of a link in a mail."""
    found = re.search(rf"(/{place}/[A-Za-z0-9_-]+)", text)
    assert found, text
    return found[1]


def press(
    kervan: Kervan, path: str, page: Page, *more: tuple[str, str], without: str = ""
) -> Answer:
    """Post the page's first form, with more fields, without one given as name=value."""
    fields = [one for one in page.sent() if "=".join(one) != without]
    body = "&".join(f"{name}={value}" for name, value in [*fields, *more])
    kind = "application/x-www-form-urlencoded"
    return kervan.ask("POST", path, body, content_type=kind)


def want(kervan: Kervan, user: str, letters: str, before: int) -> None:
    """One more letter for her, when the journey of those `before` has ended."""

    def ended() -> bool:
        return [one["name"] for one in kervan.timeline(user)].count("Journey Exited") >= before

    if before:
        until(ended, lambda: f"{kervan.timeline(user)}\n{kervan.log[-2000:]}", 60)
    kervan.send({"type": "track", "event": letters, "userId": user, "properties": {"n": before}})


def reasons(kervan: Kervan, user: str, count: int) -> list[str]:
    """Why messages to her were held back, once `count` were."""
    found: list[str] = []

    def held() -> bool:
        found[:] = [
            str(one["properties"].get("reason"))
            for one in kervan.timeline(user)
            if one["name"] == "Message Suppressed"
        ]
        return len(found) >= count

    until(held, lambda: f"{found} on {kervan.timeline(user)}\n{kervan.log[-2000:]}", 60)
    return found


def test_a_form_on_the_site_becomes_a_consent_only_by_the_button_in_the_mail(
    kervan: Kervan, mailbox: Peer
) -> None:
    address = know(kervan, "pending-1", language="tr")
    said = {"channel": "email", "status": "pending", "source": "web", "notice": "bülten v3"}
    kervan.send({"type": "track", "event": "Consent Changed", "userId": "pending-1",
                 "properties": said})  # fmt: skip
    text = mail(mailbox, address)
    assert "Bir adım kaldı" in text
    path = link(text, "confirm")
    for method in ("HEAD", "GET", "GET"):
        assert kervan.ask(method, path).status == 200
    person = kervan.person("pending-1")
    assert statuses(kervan, person) == ["pending"]
    page = Page(kervan.ask("GET", path).body.decode())
    assert press(kervan, path, page).status == 200
    assert statuses(kervan, person) == ["pending", "granted"]
    until(
        lambda: "Identifier Verified" in kervan.names("pending-1", 1),
        lambda: str(kervan.names("pending-1", 1)),
        20,
    )


def statuses(kervan: Kervan, person: str, channel: str = "email") -> list[str]:
    """What the ledger has of somebody on a channel, the oldest first."""
    said = kervan.get(f"/v1/people/{person}/consents")
    rows = said["consents"] if isinstance(said, dict) else said
    told = [one["status"] for one in rows[::-1] if one["channel"] == channel and not one["topic"]]
    # A word that came before the address it is about is written again when that is known.
    return [status for status, _ in itertools.groupby(told)]


def test_the_link_at_the_end_of_a_mail_leads_to_her_page(
    kervan: Kervan, mailbox: Peer, letters: str
) -> None:
    address = know(kervan, "chooser-1", "email", "sms", phone="+905320000001", firstName="Ayşe")
    want(kervan, "chooser-1", letters, 0)
    path = link(mail(mailbox, address), "p")
    answer = kervan.ask("GET", path, accept_language="az")
    assert answer.status == 200
    assert "no-store" in answer.headers["cache-control"]
    page = Page(answer.body.decode())
    assert page.language == "az"
    assert "c***@e***.example" in page.words
    # At most once a week: the next letter is held back, by that name.
    drop = "frequency=0-0"
    assert press(kervan, path, page, ("frequency", "1-7"), without=drop).status == 303
    want(kervan, "chooser-1", letters, 1)
    assert reasons(kervan, "chooser-1", 1) == ["delivery.frequency_chosen"]
    # Off: so is the next one, and SMS stays as it is.
    page = Page(kervan.ask("GET", path).body.decode())
    assert press(kervan, path, page, without="channel=email").status == 303
    person = kervan.person("chooser-1")
    assert statuses(kervan, person) == ["granted", "withdrawn"]
    assert statuses(kervan, person, "sms") == ["granted"]
    want(kervan, "chooser-1", letters, 2)
    assert reasons(kervan, "chooser-1", 2)[-1] == "delivery.consent_refused"
    assert len(mails(mailbox, address)) == 1
    for bad in (path[:-1], path + "x", path.swapcase().replace("/P/", "/p/"), "/p/" + "A" * 74):
        refused = kervan.ask("GET", bad)
        assert refused.status == 404
        assert refused.is_calm()


def test_a_word_by_sms_stops_sms(kervan: Kervan) -> None:
    know(kervan, "texter-1", "email", "sms", phone="+905320000002")
    person = kervan.person("texter-1")
    kervan.processed()
    body = {"from": "905320000002", "text": "İptal", "id": "mo-1"}
    assert kervan.ask("POST", "/hooks/sms", body).status == 401
    bearer = f"Bearer {SMS_HOOK_SECRET}"
    for _ in range(2):
        answer = kervan.ask("POST", "/hooks/sms", body, authorization=bearer)
        assert answer.json == {"refusal": True, "word": "İPTAL"}
    no = kervan.ask("POST", "/hooks/sms", {**body, "text": "durum nedir"}, authorization=bearer)
    assert no.json == {"refusal": False}
    assert statuses(kervan, person, "sms") == ["granted", "withdrawn"]
    assert statuses(kervan, person) == ["granted"]


def test_what_she_told_the_call_centre_takes_back_what_waits(
    kervan: Kervan, mailbox: Peer, letters: str
) -> None:
    address = know(kervan, "caller-1", "email")
    person = kervan.person("caller-1")
    kervan.processed()
    said = {"channel": "email", "text": "artık yazmayın"}
    kervan.send(
        {"type": "track", "event": "Opted Out", "userId": "caller-1", "properties": said},
        kind="call_centre",
    )
    until(
        lambda: statuses(kervan, person) == ["granted", "withdrawn"],
        lambda: str(statuses(kervan, person)),
        20,
    )
    want(kervan, "caller-1", letters, 0)
    assert reasons(kervan, "caller-1", 1) == ["delivery.consent_refused"]
    assert mails(mailbox, address) == []
    # A browser may not say so for anybody.
    know(kervan, "caller-2", "email")
    other = kervan.person("caller-2")
    kervan.send(
        {"type": "track", "event": "Opted Out", "userId": "caller-2", "properties": said},
        kind="browser",
    )
    kervan.names("caller-2", 3)
    assert statuses(kervan, other) == ["granted"]


def prove(kervan: Kervan, user: str) -> str:
    """What `kervan consent prove` says of the latest message to her that was held back."""
    held = [one for one in kervan.timeline(user) if one["name"] == "Message Suppressed"]
    told = kervan.cli("consent", "prove", str(held[-1]["properties"]["message"]))
    assert told.returncode == 0, told.stderr
    return told.stdout


def test_a_topic_she_switched_off_stays_away_and_another_comes(
    kervan: Kervan, mailbox: Peer, tmp_path: Path
) -> None:
    topics = [{"key": key, "names": dict.fromkeys(("tr", "az", "en"), key.title())}
              for key in ("tea", "rugs")]  # fmt: skip
    assert kervan.api("PUT", "/v1/topics", topics).status == 204
    tea, rugs = (publish(kervan, tmp_path, key, f"topic: {key}") for key in ("tea", "rugs"))
    address = know(kervan, "topical-1", "email")
    want(kervan, "topical-1", tea, 0)
    path = link(mail(mailbox, address), "p")
    page = Page(kervan.ask("GET", path).body.decode())
    assert press(kervan, path, page, without="topic=tea").status == 303
    want(kervan, "topical-1", tea, 1)
    assert reasons(kervan, "topical-1", 1) == ["delivery.topic_refused"]
    want(kervan, "topical-1", rugs, 2)
    mail(mailbox, address, 2)
    told = prove(kervan, "topical-1")
    assert "delivery.topic_refused" in told
    assert "topic: tea" in told
    assert "preference_centre" in told
    # A topic that nobody knows is no journey's.
    text = tmp_path / "wrong.yaml"
    text.write_text(JOURNEY.format(key="wrong", event="X", about="topic: te"), encoding="utf-8")
    wrong = kervan.cli("apply", str(text))
    assert wrong.returncode == 1
    assert "tea, rugs" in wrong.stderr


def test_a_brand_needs_its_own_yes_and_its_link_refuses_it_alone(
    kervan: Kervan, mailbox: Peer, letters: str, tmp_path: Path
) -> None:
    assert kervan.api("PUT", "/v1/company?brand=kids", {"title": "Kids"}).status == 200
    kids = publish(kervan, tmp_path, "kids", "brand: kids")
    address = know(kervan, "branded-1", "email")
    want(kervan, "branded-1", kids, 0)
    assert reasons(kervan, "branded-1", 1) == ["delivery.brand_not_agreed"]
    assert "kids" in prove(kervan, "branded-1")
    said = {"channel": "email", "status": "granted", "source": "paper", "brand": "kids"}
    kervan.send({"type": "track", "event": "Consent Changed", "userId": "branded-1",
                 "properties": said})  # fmt: skip
    want(kervan, "branded-1", kids, 1)
    path = link(mail(mailbox, address), "p")
    page = Page(kervan.ask("GET", path).body.decode())
    assert press(kervan, path, page, without="channel=email").status == 303
    want(kervan, "branded-1", kids, 2)
    assert reasons(kervan, "branded-1", 2)[-1] == "delivery.brand_not_agreed"
    want(kervan, "branded-1", letters, 3)
    mail(mailbox, address, 2)
