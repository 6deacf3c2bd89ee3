"""Gives each claimed message its person as it reaches her: at which address, in which language."""

from dataclasses import dataclass, field, replace

from kervan.consent import addresses
from kervan.consent.channels import KIND_OF
from kervan.delivery.books import Claim
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.postgres import Connection
from kervan.profiles.read import Person


@dataclass(frozen=True, slots=True)
class Reached:
    """A person and where a message reaches her: `address` in the clear, "" for nowhere.

    `contact` is the address's blind index, b"" for a channel that goes to no address of hers.
    """

    person: Person
    address: str = field(repr=False)
    contact: bytes


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
    rows: list[Reached | None] = []
    for claim, language in zip(claims, languages, strict=True):
        person = persons.get(claim.subject.person)
        if person is None:
            rows.append(None)
            continue
        if language:
            person = replace(person, locale=language)
        if claim.contact:
            address = found.get(claim.contact)
            rows.append(Reached(person, address.value if address else "", claim.contact))
        else:
            rows.append(_own(person, claim.subject.channel))
    return rows


def _own(person: Person, channel: str) -> Reached:
    """Her own address on a channel; a channel without addresses reaches whoever is there."""
    kind = KIND_OF.get(channel)
    if kind == "email":
        return Reached(person, person.email, person.email_hash)
    if kind == "phone":
        return Reached(person, person.phone, person.phone_hash)
    return Reached(person, "" if kind else str(person.id), b"")
