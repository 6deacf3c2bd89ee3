"""Whatever the keyboard, the case and the language: the beginning of a name leads to it."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kervan.kernel.crypto import Vault
from kervan.kernel.postgres import Connection
from kervan.profiles import names

_VAULT = Vault(b"n" * 32).workspace("w")
_OTHER = Vault(b"n" * 32).workspace("other")
_LETTERS = "abcçdeəfgğhxıijkqlmnoöprsştuüvyzABCÇDEƏFGĞHXIİJKQLMNOÖPRSŞTUÜVYZ"
_word = st.text(_LETTERS, min_size=2, max_size=14)
_ASCII = str.maketrans("çəğıöşüÇƏĞİÖŞÜ", "cegiosuCEGIOSU")


def _turkish_upper(text: str) -> str:
    return text.replace("i", "İ").replace("ı", "I").upper()


def _typed(text: str) -> list[str]:
    """The ways in which people type one name."""
    return [
        text,
        text.lower(),
        text.upper(),
        _turkish_upper(text),
        text.translate(_ASCII),
        text.translate(_ASCII).upper(),
        unicodedata.normalize("NFD", text),
        f"\u200f{text}\u200e ",
        "\u200b".join(text),
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("İrem", "irem"),
        ("İREM", "IREM"),
        ("Işıl", "isil"),
        ("IŞIL", "ışıl"),
        ("Əliyev", "eliyev"),
        ("ƏLİYEV", "Eliyev"),
        ("Şükrü Çağlar", "sukru caglar"),
        ("Gülşən", "GULSEN"),
        ("O'Brien", "obrien"),
        ("Ayşe-Nur", "ayse nur"),
        ("Müller", "MU\u0308LLER"),
    ],
)
def test_writings_of_one_name_fold_alike(one: str, other: str) -> None:
    assert names.fold(one) == names.fold(other)


@given(st.lists(_word, min_size=1, max_size=4), st.data())
def test_what_is_typed_of_a_name_finds_it(parts: list[str], data: st.DataObject) -> None:
    kept = names.hashes(_VAULT, names.words([" ".join(parts)]))
    part = data.draw(st.sampled_from(parts))
    end = data.draw(st.integers(2, len(part)))
    for typed in _typed(part[:end]):
        (term,) = names.words([typed])
        assert names.prefix(_VAULT, term) in kept, typed
    (term,) = names.words([part])
    assert names.whole(_VAULT, term) in kept


@given(st.text(max_size=60))
def test_any_text_folds_once_and_for_all(text: str) -> None:
    once = names.fold(text)
    assert names.fold(once) == once
    assert once == once.strip() and "  " not in once


def test_another_workspace_keeps_other_hashes_and_no_beginning_passes_for_a_whole_word() -> None:
    mine = names.hashes(_VAULT, ["mehmet"])
    assert len(mine) == 6
    assert mine.isdisjoint(names.hashes(_OTHER, ["mehmet"]))
    assert names.whole(_VAULT, "mehm") not in mine


def test_a_name_of_ten_kilobytes_keeps_few_hashes() -> None:
    found = names.words(["ab cd " * 2_000, "x" * 10_000, 7, None])
    assert found == ["ab", "cd", "x" * 400]
    assert len(names.hashes(_VAULT, names.words([" ".join(f"w{i}" for i in range(5_000))]))) < 150


def test_a_new_name_takes_the_place_of_the_old_one(postgres: Connection) -> None:
    names.keep(postgres, _VAULT, {1: {"firstName": ("Ayşe", 1, 0), "plan": ("gold", 1, 0)}})
    names.keep(postgres, _VAULT, {1: {"firstName": ("Fatma", 2, 0), "lastName": (None, 2, 0)}})
    ((kept,),) = postgres.execute("select hashes from person_name where person = 1").fetchall()
    assert set(kept) == names.hashes(_VAULT, ["fatma"])
    assert names.erase(postgres, [1, 2]) == 1
