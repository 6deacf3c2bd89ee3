"""The mails about consents go out by the same outbox, to the very address, with their links."""

from collections.abc import Iterator

import pytest

from kervan.consent import ledger, opt_in, preferences
from kervan.consent.ledger import Change
from kervan.consent.preferences import Choices
from kervan.content import contact_tokens, tokens, versions
from kervan.delivery import confirmations
from kervan.kernel import clock, ids
from kervan.kernel.config import Config
from kervan.kernel.postgres import Connection
from tests.unit.delivery.test_chosen import claims
from tests.unit.delivery.world import VAULT, add_people, read_mail

# A zone in which it is about noon now: a confirmation waits, but not beyond midnight.
_NOON = (12 - clock.now().hour) % 24
ZONE = f"Etc/GMT{-_NOON:+d}" if _NOON <= 12 else f"Etc/GMT{24 - _NOON:+d}"
HOUSE = confirmations.House("Dükkân", "tr", ZONE)
CONTACT = VAULT.blind("email", "a@ev.example")


@pytest.fixture(autouse=True)
def heard() -> Iterator[None]:
    """The ledger tells the queue."""
    ledger.on_recorded.append(opt_in.hear)
    yield
    ledger.on_recorded.remove(opt_in.hear)


def say(conn: Connection, person: int, status: str) -> Change:
    """A word of hers on the web."""
    said = Change(
        "email", status, clock.now(), person, CONTACT, "email", jurisdiction="TR", source="web",
        zone=ZONE,
    )  # fmt: skip
    ledger.record(conn, VAULT, [said])
    return said


def test_a_pending_word_becomes_one_mail_with_a_link_that_ends(postgres: Connection) -> None:
    [person] = add_people(postgres, ["a@ev.example"], consenting=False)
    said = say(postgres, person, "pending")
    now_ms = clock.now_ms()
    assert not confirmations.step(postgres, VAULT, HOUSE, now_ms)
    assert not confirmations.step(postgres, VAULT, HOUSE, now_ms)
    [claim] = claims(postgres)
    assert (claim.contact, claim.message_class, claim.subject.step) == (
        CONTACT, "transactional", "opt_in",
    )  # fmt: skip
    reader, shown = read_mail(postgres, claim, clock.now())
    assert reader.email == "a@ev.example"
    message = claim.subject.message
    assert shown.subject == "Lütfen onaylayın: Dükkân e-postaları"
    token = shown.text.partition("/confirm/")[2].split()[0]
    found = contact_tokens.verify(contact_tokens.key(VAULT), token)
    assert found is not None
    assert (found.use, found.contact, found.reference) == (
        contact_tokens.CONFIRM, CONTACT, message,
    )  # fmt: skip
    assert abs(found.expires_at - clock.now() - tokens.CONFIRM_LASTS).total_seconds() < 60
    mail = opt_in.by_message(postgres, message, CONTACT)
    assert mail is not None
    assert mail.occurred_at == said.occurred_at


def test_a_consent_is_confirmed_in_the_language_she_chose(postgres: Connection) -> None:
    [person] = add_people(postgres, ["a@ev.example"], consenting=False)
    said = say(postgres, person, "granted")
    preferences.save(postgres, VAULT, said, Choices("az"), clock.now())
    assert not confirmations.step(postgres, VAULT, HOUSE, clock.now_ms())
    assert claims(postgres) == []
    later_ms = clock.now_ms() + 600_000
    confirmations.step(postgres, VAULT, HOUSE, later_ms)
    [claim] = claims(postgres, clock.from_ms(later_ms))
    [template] = versions.load(postgres, [claim.template_version]).values()
    assert template.language == "az"


def test_a_person_who_is_gone_gets_nothing_and_holds_nobody_up(postgres: Connection) -> None:
    said = Change("email", "pending", clock.now(), 4711, CONTACT, "email", key=ids.random_bytes(16))
    ledger.record(postgres, VAULT, [said])
    assert not confirmations.step(postgres, VAULT, HOUSE, clock.now_ms())
    assert claims(postgres) == []
    assert opt_in.due(postgres, clock.now()) == []


def test_the_house_is_called_as_its_mail_is() -> None:
    assert confirmations.House.of(Config(mail_from="Ev <ev@dukkan.example>")).shop == "Ev"
    assert confirmations.House.of(Config(mail_from="ev@dukkan.example")).shop == "dukkan.example"
