"""Makes names findable by how they begin, in any writing, without keeping them readable.

A name is folded to bare letters, so that Ayşe, AYSE and ayse, İrem, IREM and irem, Əli and eli are
the same to a search; of each word the beginnings of two letters and more are kept as 32 bits of a
keyed hash. A search opens what it found and compares, so a chance hit is never shown.
"""

import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from kervan.kernel import postgres, sql
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.postgres import Connection

TRAITS = (
    "name", "fullName", "full_name", "firstName", "first_name", "middleName", "middle_name",
    "lastName", "last_name", "surname", "soyad", "soyadı", "soyadi",
)  # fmt: skip
"""The traits that say what somebody is called."""
SHORTEST, LONGEST = 2, 10
"""Letters of the shortest and the longest beginning that is kept; longer ones are compared."""
_WORDS = 12
_CHARS = 400
_SQL = sql.load(__package__, "search.sql")

# Letters that Unicode does not take apart; ə is typed as e where the keyboard has none.
_LETTERS = str.maketrans(
    {
        "ı": "i",
        "ə": "e",
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
        "ʼ": "",
        "ʻ": "",
    }
)
_Kept = Mapping[str, tuple[Any, ...]]


@lru_cache(maxsize=65_536)
def fold(text: str) -> str:
    """Bare lower-case letters and digits; everything between words becomes one space.

    Marks over and under letters, direction marks and what cannot be seen are left out.
    """
    plain = unicodedata.normalize("NFKD", text.replace("İ", "i").replace("Ə", "ə"))
    plain = plain.casefold().translate(_LETTERS)
    # Casefolding may bring marks of its own.
    plain = unicodedata.normalize("NFKD", plain)
    return " ".join(
        "".join(
            char if char.isalnum() else "" if _is_unseen(char) else " " for char in plain
        ).split()
    )


def _is_unseen(char: str) -> bool:
    return char in "'’`´" or unicodedata.category(char) in ("Mn", "Me", "Cf", "Cc", "Cs", "Co")


def words(texts: Iterable[object]) -> list[str]:
    """The folded words of names, each once, in their order; those of one letter are left out."""
    found: dict[str, None] = {}
    for text in texts:
        if isinstance(text, str) and text:
            found.update(dict.fromkeys(fold(text[:_CHARS]).split()))
    return [word for word in found if len(word) >= SHORTEST][:_WORDS]


def said(personal: _Kept) -> list[str]:
    """The folded words of the names among somebody's personal traits."""
    return words(personal[name][0] for name in TRAITS if name in personal)


def prefix(vault: WorkspaceVault, word: str) -> int:
    """What stands for “a word that begins like this”; `word` is folded."""
    return _short(vault.blind("name_prefix", word[:LONGEST]))


def whole(vault: WorkspaceVault, word: str) -> int:
    """What stands for “exactly this word”; `word` is folded."""
    return _short(vault.blind("name_word", word))


@lru_cache(maxsize=65_536)
def _hashes_of(vault: WorkspaceVault, word: str) -> tuple[int, ...]:
    ends = range(SHORTEST, min(len(word), LONGEST) + 1)
    return (whole(vault, word), *(prefix(vault, word[:end]) for end in ends))


def _short(digest: bytes) -> int:
    return int.from_bytes(digest[:4], "big", signed=True)


def hashes(vault: WorkspaceVault, found: Iterable[str]) -> set[int]:
    """Everything by which somebody with these folded words is found."""
    return {one for word in found for one in _hashes_of(vault, word)}


def keep(conn: Connection, vault: WorkspaceVault, people: Mapping[int, _Kept]) -> None:
    """Make people findable by the names among their personal traits, and by no older ones."""
    if not people:
        return
    found = {person: hashes(vault, said(personal)) for person, personal in people.items()}
    conn.execute(
        _SQL.keep_names,
        {
            "people": postgres.array(found),
            "hashes": [postgres.array(sorted(mine)) for mine in found.values()],
        },
    )


def erase(conn: Connection, people: list[int]) -> int:
    """Forget by which names these people are found; gives how many rows went."""
    return conn.execute(_SQL.erase_names, {"people": postgres.array(people)}).rowcount
