"""Notes are sealed under the person's key, read newest first, and gone with her."""

from datetime import timedelta

import pytest

from kervan.kernel import clock
from kervan.kernel.crypto import Vault
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.profiles import notes, store

VAULT = Vault(b"k" * 32).workspace("test")
_AT_MS = 1_790_000_000_000
_TEXT = "Ölçüsü 38, öğleden sonra aranmak istiyor."


def _read(conn: Connection, *people: int, limit: int = 10) -> list[tuple[int, str, str]]:
    until = clock.from_ms(_AT_MS) + timedelta(days=1)
    found = notes.of_people(conn, VAULT, list(people), until, limit)
    return [(one.person, one.author, one.text) for one in found]


def test_a_note_is_sealed_and_read_back(postgres: Connection) -> None:
    store.create_people(postgres, VAULT, [1, 2], _AT_MS)
    notes.add(postgres, VAULT, 1, _TEXT, "ayşe", _AT_MS)
    notes.add(postgres, VAULT, 2, "second", "can", _AT_MS + 5)
    assert _read(postgres, 1, 2) == [(2, "can", "second"), (1, "ayşe", _TEXT)]
    assert _read(postgres, 1, 2, limit=1) == [(2, "can", "second")]
    (sealed,) = postgres.execute("select sealed from note where person = 1").fetchone() or (b"",)
    assert "38" not in bytes(sealed).decode("latin-1")


def test_nobody_gets_no_note(postgres: Connection) -> None:
    with pytest.raises(KervanError):
        notes.add(postgres, VAULT, 77, "x", "ayşe", _AT_MS)


def test_notes_go_with_the_person(postgres: Connection) -> None:
    store.create_people(postgres, VAULT, [1, 2], _AT_MS)
    notes.add(postgres, VAULT, 1, "x", "ayşe", _AT_MS)
    notes.add(postgres, VAULT, 2, "y", "ayşe", _AT_MS)
    assert notes.erase(postgres, [1], []) == 1
    assert _read(postgres, 1, 2) == [(2, "ayşe", "y")]
