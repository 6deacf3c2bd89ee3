"""From a template and an intent to a mail in a mailbox, and back from its links to the message."""

import email
import email.policy
import re
from html import unescape

from kervan.content import company, tokens
from kervan.content import store as templates
from kervan.content.company import Company
from kervan.delivery import outbox, read, receipts
from kervan.delivery.archive import keep as archive
from kervan.delivery.channels.email import Email, Settings
from kervan.delivery.compose import EmailComposer
from kervan.delivery.receipts import Fact
from kervan.delivery.send import Sender
from kervan.delivery.states import State
from kervan.delivery.way import by_smtp
from kervan.kernel import clock
from kervan.kernel.postgres import Connection
from tests.unit.delivery.peer import Peer, until
from tests.unit.delivery.world import QUICK, VAULT, add_people, intend, intents, sending, states

_SOURCE: dict[str, object] = {
    "subject": "{{ person.first_name | default('Merhaba') }}, {{ basket.items }} ürün "
    "seni bekliyor",
    "mjml": "<mjml><mj-body><mj-section><mj-column><mj-text>Ürünlerin: {{ basket.items }}</mj-text>"
    '<mj-button href="https://shop.example/basket">Sepete dön</mj-button>'
    "</mj-column></mj-section></mj-body></mjml>",
    "from_name": "Şık Dükkân",
    "from_email": "hello@shop.example",
    "language": "tr",
}


def test_a_journeys_message_arrives_and_its_links_lead_back(
    postgres: Connection, postgres_url: str, workspace: str
) -> None:
    version = templates.save(postgres, _SOURCE)
    company.save(postgres, "", Company("Şık A.Ş.", "0123456789012345", "İzmir"), clock.now())
    people = add_people(postgres, ["ayse@home.example", "b@home.example"])
    wanted = intents(people)
    wanted.template_version = [version, version + 1000]
    wanted.message_class = ["marketing", "transactional"]
    with Peer() as peer:
        mail = Email(Settings(smtp_url=peer.url, mail_from="news@shop.example"))
        composer = EmailComposer(mail, VAULT, "https://kervan.shop.example")
        with sending(
            Sender(postgres_url, workspace, VAULT, "email", [by_smtp(mail, composer)], QUICK)
        ):
            intend(postgres, wanted)
            until(lambda: states(postgres) == {"accepted": 1, "failed": 1})
    [(sender, recipient, raw)] = peer.accepted
    parsed = email.message_from_bytes(raw, policy=email.policy.default)
    assert recipient == "ayse@home.example"
    assert parsed["subject"] == "Merhaba, 2 ürün seni bekliyor"
    assert str(parsed["from"]) == "Şık Dükkân <hello@shop.example>"
    assert parsed["list-unsubscribe-post"] == "List-Unsubscribe=One-Click"
    html = parsed.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert "shop.example/basket" not in html
    assert "Şık A.Ş. · MERSİS No: 0123456789012345" in unescape(html)
    [click] = set(re.findall(r"https://kervan\.shop\.example/c/([\w-]+)", html))
    [unsubscribe] = re.findall(r"<https://kervan\.shop\.example/u/([\w-]+)>", raw.decode())
    for text in (click, unsubscribe):
        assert tokens.verify(tokens.key(VAULT), text) is not None
    token = tokens.verify(tokens.key(VAULT), click)
    assert token is not None
    assert sender == f"b+{token.message.hex}@shop.example"
    sent = read.message_for(postgres, token.message)
    assert sent is not None
    assert (sent.person, sent.journey, sent.step, sent.template_version) == (
        people[0],
        "basket",
        "mail",
        version,
    )
    assert (
        templates.link_target(postgres, sent.template_version, sent.dynamic_links, token.link)[0]
        == "https://shop.example/basket"
    )
    copy = archive.read(postgres, VAULT, [token.message])[token.message].fields
    assert (copy["to"], copy["subject"]) == (recipient, parsed["subject"])
    assert copy["html"].split() == html.split(), "word by word as it left"
    _lists(postgres, people)


def _lists(postgres: Connection, people: list[int]) -> None:
    shown = read.latest(postgres)
    by_person = {one.person: one for one in shown}
    assert by_person[people[0]].state is State.ACCEPTED
    assert by_person[people[1]].reason == "content.template_version_unknown"
    assert [one.person for one in read.latest(postgres, sent=True)] == [people[0]]
    assert [one.person for one in read.latest(postgres, person=people[1])] == [people[1]]
    made_again = read.rendered(
        postgres, VAULT, "https://kervan.shop.example", read.latest(postgres, sent=True)
    )
    assert made_again[by_person[people[0]].id].subject == "Merhaba, 2 ürün seni bekliyor"
    assert sorted(one.state for one in shown) == [State.ACCEPTED, State.FAILED]
    assert read.backlog(postgres).open == 0
    message = by_person[people[0]].id
    assert read.message_for(postgres, by_person[people[1]].id) is None
    first, second = clock.from_ms(1_000), clock.from_ms(2_000)
    assert receipts.note(postgres, []) == 0
    receipts.note(
        postgres,
        [
            Fact(message, "clicked", second),
            Fact(message, "clicked", first),
            Fact(message, "opened", second),
        ],
    )
    receipts.note(postgres, [Fact(message, "clicked", second), Fact(message, "bounced", second)])
    assert postgres.execute(
        "select clicked_at, opened_at, bounced_at, state from message where id = %s", (message,)
    ).fetchone() == (first, second, second, State.ACCEPTED)


def test_waiting_messages_are_shown_with_why_they_wait(postgres: Connection) -> None:
    intend(postgres, intents(add_people(postgres, ["a@home.example"])))
    [shown] = read.latest(postgres)
    assert (shown.state, shown.reason) == (State.QUEUED, "")
    assert read.backlog(postgres).open == 1
    assert outbox.cancel(postgres, [shown.run], "bought", clock.now()) == 1
    [shown] = read.latest(postgres)
    assert (shown.state, shown.reason) == (State.CANCELLED, "bought")
