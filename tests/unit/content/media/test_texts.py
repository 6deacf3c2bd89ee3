"""What is said of a picture is tidied, bounded, and found in any letters."""

import pytest

from kervan.content.media import texts
from kervan.kernel.errors import KervanError


def test_texts_are_tidied() -> None:
    found = texts.tidy(
        "  Kış  montu ", {"tr": " kırmızı mont ", "az": "", "en": " "}, ["Kış", "KIŞ"]
    )
    assert found == texts.Texts("Kış montu", {"tr": "kırmızı mont"}, ("KIŞ",))
    assert found.found == "kis montu kirmizi mont kis"


@pytest.mark.parametrize(
    ("name", "alt", "tags", "code"),
    [
        ("", {}, [], "content.media_unfit"),
        ("x" * 201, {}, [], "content.media_unfit"),
        ("a\u202eb", {}, [], "content.media_unfit"),
        ("x", {"tr": "x" * 501}, [], "content.media_unfit"),
        ("x", {"de": "x"}, [], "content.language_unknown"),
        ("x", {}, ["x" * 41], "content.media_unfit"),
        ("x", {}, [str(one) for one in range(21)], "content.media_unfit"),
    ],
)
def test_what_may_not_be_said(name: str, alt: dict[str, str], tags: list[str], code: str) -> None:
    with pytest.raises(KervanError) as caught:
        texts.tidy(name, alt, tags)
    assert (caught.value.code, caught.value.status) == (code, 422)


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("kis_montu-2.JPG", "kis montu-2"),
        ("C:\\Resimler\\İrem.png", "İrem"),
        ("../../etc/passwd", "passwd"),
        ("<b>.gif", "<b>"),
        ("\u202egnp.exe", "gnp"),
        ("", "–"),
        ("x" * 900, "x" * 200),
    ],
)
def test_a_picture_is_called_after_its_file(file: str, name: str) -> None:
    assert texts.named_by(file) == name
    texts.tidy(name, {}, [])
