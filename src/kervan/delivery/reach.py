"""Gives each claimed message its person as it reaches her: at which address, in which language."""

from dataclasses import replace

from kervan.consent import addresses
from kervan.delivery.books import Claim
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.postgres import Connection
from kervan.profiles.read import Person


def reach(
    conn: Connection,
    vault: WorkspaceVault,
    claims: list[Claim],
    persons: dict[int, Person],
    languages: list[str],
) -> list[Person | None]:
    """Row by row the person of a claim, None for nobody.

    A claim with an address of its own goes there and nowhere else: where nobody has it any more,
    the person has no address. `languages` are those people chose, "" where they chose none.
    """
    named = [(one.contact, one.subject.person) for one in claims if one.contact]
    found = addresses.find(conn, vault, named)
    rows: list[Person | None] = []
    for claim, language in zip(claims, languages, strict=True):
        person = persons.get(claim.subject.person)
        if person is not None and claim.contact:
            address = found.get(claim.contact)
            person = replace(
                person, email=address.value if address else "", email_hash=claim.contact
            )
        if person is not None and language:
            person = replace(person, locale=language)
        rows.append(person)
    return rows
