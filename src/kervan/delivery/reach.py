"""Gives each claimed message its person as it reaches her: at which address, in which language."""

import uuid
from dataclasses import dataclass, field, replace

from kervan.consent import addresses
from kervan.consent.channels import KIND_OF
from kervan.delivery.books import Claim
from kervan.delivery.letters import colleagues
from kervan.delivery.seeds import book
from kervan.delivery.states import TEST
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.postgres import Connection
from kervan.profiles import tokens
from kervan.profiles.read import Person
from kervan.profiles.tokens import Token


@dataclass(frozen=True, slots=True)
class Reached:
    """A person and where a message reaches her: `address` in the clear, "" for nowhere.

    `contact` is the address's blind index, b"" for a channel that goes to no address of hers;
    `word` names whom the ledger's words are about, where that is herself and not an address.
    """

    person: Person
    address: str = field(repr=False)
    contact: bytes
    word: bytes = b""

    @property
    def asked(self) -> bytes:
        """What consent is asked by, b"" where nobody can agree."""
        return self.word or self.contact


def reach(
    conn: Connection,
    vault: WorkspaceVault,
    claims: list[Claim],
    persons: dict[int, Person],
    languages: list[str],
) -> list[Reached | None]:
    """Row by row whom a claim reaches and where on its channel, None for nobody.

    A claim with an address of its own goes there and nowhere else: where nobody has it any more,
    the person has no address. `languages` are those people chose, "" where they chose none.
    """
    named = [(one.contact, one.subject.person) for one in claims if one.contact]
    found = addresses.find(conn, vault, named)
    tests = [one.contact for one in claims if one.message_class == TEST]
    ours = _ours(conn, vault, claims[0].subject.channel, tests) if tests else {}
    pushed = _pushed(conn, vault, claims, persons)
    rows: list[Reached | None] = []
    for claim, language in zip(claims, languages, strict=True):
        person = persons.get(claim.subject.person)
        if person is None:
            rows.append(None)
            continue
        if language:
            person = replace(person, locale=language)
        if claim.message_class == TEST:  # to what is on the list now, and to nobody's own address
            rows.append(Reached(person, ours.get(claim.contact, ""), claim.contact))
        elif claim.contact and not has_addresses(claim.subject.channel):
            own = _own(person, claim.subject.channel)
            rows.append(replace(own, contact=claim.contact))  # the account it goes by
        elif claim.contact:
            address = found.get(claim.contact)
            rows.append(Reached(person, address.value if address else "", claim.contact))
        elif claim.subject.channel in tokens.PLATFORMS_OF:
            rows.append(_by_push(person, pushed.get(person.person)))
        else:
            rows.append(_own(person, claim.subject.channel))
    return rows


def _ours(
    conn: Connection, vault: WorkspaceVault, channel: str, contacts: list[bytes]
) -> dict[bytes, str]:
    """Addresses of our own people: those on the list of seeds, and colleagues who get a mail."""
    found = colleagues.find(conn, vault, contacts) if channel == "email" else {}
    return found | book.find(conn, vault, channel, contacts)


def has_addresses(channel: str) -> bool:
    """Whether messages of a channel go to an address of somebody's."""
    return channel in KIND_OF or channel in tokens.PLATFORMS_OF


def _pushed(
    conn: Connection, vault: WorkspaceVault, claims: list[Claim], persons: dict[int, Person]
) -> dict[int, list[Token]]:
    """Where push reaches the people of `claims`, which are of one channel."""
    platforms = tokens.PLATFORMS_OF.get(claims[0].subject.channel if claims else "")
    if platforms is None:
        return {}
    return tokens.of_people(
        conn, vault, sorted({one.person for one in persons.values()}), platforms
    )


def _by_push(person: Person, found: list[Token] | None) -> Reached:
    """Her device that was seen last. Tokens come and go, so her word on push is about herself."""
    word = uuid.UUID(int=person.person).bytes
    return (
        Reached(person, found[0].address, found[0].hash, word)
        if found
        else Reached(person, "", b"", word)
    )


def _own(person: Person, channel: str) -> Reached:
    """Her own address on a channel; a channel without addresses reaches whoever is there."""
    kind = KIND_OF.get(channel)
    if kind == "email":
        return Reached(person, person.email, person.email_hash)
    if kind == "phone":
        return Reached(person, person.phone, person.phone_hash)
    return Reached(person, "" if kind else str(person.id), b"")
