"""A template's own HTML in ASCII: the same to every reader, untouched where the engine reads."""

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from kervan.content import emit
from kervan.content.asciify import asciify, takes_references


class _Read(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.said: list[object] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.said.append((tag, attrs))

    def handle_data(self, data: str) -> None:
        self.said.append(data)


def _read(html: str) -> list[object]:
    reader = _Read()
    reader.feed(html)
    reader.close()
    return reader.said


@given(st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="<>&\"'{}%#`")))
def test_a_browser_reads_the_same(text: str) -> None:
    html = f'<p style="color:red" title="{text}">a{text}</p><b style="x">ş</b>'
    written = asciify(html)
    assert written.isascii()
    assert _read(written) == _read(html)


def test_what_the_engine_reads_stays() -> None:
    engine = [
        f"{emit.PRINT} kişi ~ 'ığ' {emit.PRINT_END}",
        f"{emit.BLOCK} if ürün == 'ş style=\"' {emit.BLOCK_END}",
        f"{emit.NOTE}12{emit.NOTE_END}",
    ]
    written = asciify("ı".join(["", *engine, ""]))
    assert written == "&#305;".join(["", *engine, ""])


def test_a_template_with_letters_in_a_style_sheet_stays_as_a_whole() -> None:
    html = "<STYLE>p::before { content: 'ş' }</style><p>ı</p>"
    assert asciify(html) == html
    assert asciify("<style>p {}</style><p>ı</p>") == "<style>p {}</style><p>&#305;</p>"


def test_no_line_of_a_template_is_as_long_as_the_whole() -> None:
    written = asciify('<td style="a">x</td>' * 500)
    assert max(map(len, written.split("\n"))) < 40


def test_values_stay_letters_where_a_style_sheet_may_get_them() -> None:
    printed = f"{emit.PRINT}brand.font{emit.PRINT_END}"
    assert takes_references(f"<style>p {{}}</style><p>ı{printed}</p>")
    assert not takes_references(f"<style>p {{ font: {printed} }}</style><p></p>")
    assert not takes_references("<style>p::before { content: 'ş' }</style>")
