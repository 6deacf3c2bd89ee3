"""Pictures are kept once, found in any letters, and never taken from under a text."""

import uuid
from datetime import UTC, datetime

import pytest

from kervan.content.blocks import store as blocks
from kervan.content.blocks.definition import Block, Pieces
from kervan.content.media import store, texts
from kervan.content.media.picture import File, Picture
from kervan.content.media.store import Media, Use
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection

AT = datetime(2026, 11, 23, tzinfo=UTC)
PICTURE = Picture(90, 60, False, (File(45, 30, "jpg", b"small"), File(90, 60, "jpg", b"large")))


def kept(conn: Connection, name: str, tags: list[str] | None = None, **alt: str) -> Media:
    written = texts.tidy(name, alt, tags or [])
    found, new = store.add(conn, name.encode(), PICTURE, written, AT, "ece")
    assert new
    return store.one(conn, found)


def names(conn: Connection, words: str, *, archived: bool = False) -> list[str]:
    found = store.page(conn, words, 9, archived=archived)
    assert found.total == len(found.items)
    return [one.texts.name for one in found.items]


def test_the_same_file_is_one_picture(postgres: Connection) -> None:
    coat = kept(postgres, "Palto", tr="Kırmızı palto")
    again = store.add(postgres, b"Palto", PICTURE, texts.tidy("other", {}, []), AT, "ali")
    assert again == (coat.id, False)
    assert store.known(postgres, b"Palto") == coat.id
    assert store.one(postgres, coat.id) == coat
    assert [(one.width, one.size_bytes) for one in coat.files] == [(45, 5), (90, 5)]
    assert store.file(postgres, coat.token, 90, "jpg") == b"large"
    assert store.file(postgres, coat.token, 90, "png") is None
    assert store.file(postgres, "x" * 24, 90, "jpg") is None


def test_it_is_found_in_any_letters(postgres: Connection) -> None:
    kept(postgres, "İstanbul gecesi", ["Kış"], az="Şəhər işıqları")
    kept(postgres, "Isparta 100%")
    for typed in ("istanbul", "ISTANBUL KIŞ", "seher", "Şəhər isiq"):
        assert names(postgres, typed) == ["İstanbul gecesi"]
    assert names(postgres, "%") == names(postgres, "") == ["Isparta 100%", "İstanbul gecesi"]
    assert names(postgres, "is") == names(postgres, "")
    assert names(postgres, "izmir") == []


def test_the_list_comes_in_pieces(postgres: Connection) -> None:
    made = [kept(postgres, f"p{one}").id for one in range(5)]
    first = store.page(postgres, "", 2, archived=False)
    second = store.page(postgres, "", 3, first.items[-1].id, archived=False)
    assert [one.id for one in first.items + second.items] == made[::-1]
    assert first.total == 5


def test_who_shows_it_and_what_may_go(postgres: Connection) -> None:
    coat, hat = kept(postgres, "Palto"), kept(postgres, "Şapka")
    shown = f'<mj-image src="https://x.test/m/{coat.token}/600.jpg"/>'
    blocks.apply(postgres, Block("top", "Üst", {"tr": Pieces(shown)}), AT, "ece")
    assert store.one(postgres, coat.id).users == (Use("block", "top", "Üst"),)
    blocks.apply(postgres, Block("top", "Üst", {"tr": Pieces("<mj-spacer/>")}), AT, "ece")
    assert store.one(postgres, coat.id).users == ()
    with pytest.raises(KervanError) as used:
        store.delete(postgres, coat.id)
    assert used.value.code == "content.media_used"
    store.archive(postgres, coat.id, AT)
    assert (names(postgres, ""), names(postgres, "", archived=True)) == (["Şapka"], ["Palto"])
    assert store.file(postgres, coat.token, 90, "jpg") == b"large"
    store.archive(postgres, coat.id, None)
    store.delete(postgres, hat.id)
    assert store.file(postgres, hat.token, 90, "jpg") is None
    assert names(postgres, "") == ["Palto"]
    with pytest.raises(KervanError) as none:
        store.one(postgres, uuid.uuid4())
    assert none.value.code == "content.media_none"
