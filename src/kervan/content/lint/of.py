"""Brings together what the checks hold a message against: its guide, its law, who speaks."""

from collections.abc import Mapping

from kervan.content import company
from kervan.content.brand import store
from kervan.content.lint.subject import Source, Subject
from kervan.kernel.postgres import Connection


def subject(
    conn: Connection, brand: str, law: str | None, sources: Mapping[tuple[str, str], Source]
) -> Subject:
    """A message of `brand` as it is linted now; `law` is a pack's key, None where none counts."""
    speaker = company.of(company.every(conn), brand)
    return Subject(store.guide_of(conn, brand), law or "", speaker, sources)
