"""A fresh link goes to the very address, once, and opens the page of that address and brand."""

from datetime import timedelta

from kervan.content import contact_tokens
from kervan.delivery import fresh_link, read
from kervan.kernel import clock
from kervan.kernel.postgres import Connection
from tests.unit.delivery.test_chosen import claims
from tests.unit.delivery.world import VAULT, add_people, read_mail

CONTACT = VAULT.blind("email", "a@ev.example")


def test_it_is_one_mail_with_a_link_that_works(postgres: Connection) -> None:
    [person] = add_people(postgres, ["a@ev.example"], consenting=False)
    at = clock.now().replace(minute=1, second=0)
    for seconds, count in ((0, 1), (60, 0), (700, 1)):
        sent = fresh_link.send(
            postgres, VAULT, CONTACT, person, at + timedelta(seconds=seconds), shop="Dükkân",
            language="az", brand="kids",
        )  # fmt: skip
        assert sent == count
    claim = claims(postgres, at + timedelta(hours=1))[0]
    reader, shown = read_mail(postgres, claim, at)
    assert reader.email == "a@ev.example"
    assert shown.subject == "Dükkân: seçimlər səhifənizin yeni keçidi"
    text = shown.text.partition("/p/")[2].split()[0]
    found = contact_tokens.verify(contact_tokens.key(VAULT), text)
    assert found is not None
    assert (found.use, found.contact) == (contact_tokens.PREFERENCES, CONTACT)
    assert found.expires_at > clock.now() + timedelta(days=80)
    assert read.brand_of(postgres, found.reference) == "kids"
