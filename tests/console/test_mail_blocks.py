"""A mail as blocks is the same text: nothing is lost, and a form changes its own words only."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from playwright.sync_api import Browser, Page
from tools import console

from kervan.content.compile import EmailSource, compile_email
from tests.console.samples.messages import MESSAGE, PRODUCTS

pytestmark = pytest.mark.peer("chromium", "node", "npm")
_TEXT = "<mj-section><mj-column><mj-text>{}</mj-text></mj-column></mj-section>"
_WHOLE: str = MESSAGE["variants"]["email"]["tr"]["mjml"]
_CLUMSY = (
    "<mjml><mj-head><mj-preview>x</mj-preview></mj-head><mj-body width='500px'> stray "
    "<mj-wrapper><mj-section><mj-column><mj-text>in</mj-text></mj-column></mj-section></mj-wrapper>"
    '{% use "footer" %}\n\n<mj-section><mj-column><mj-text>a</mj-text><mj-text>b</mj-text>'
    "</mj-column></mj-section>{% if a %}<mj-hero/>{% for b in c %}{% endfor %}{% endif %}"
    "</mj-body></mjml>"
)


@pytest.fixture(scope="module")
def page(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """An empty page that knows mails as `blocks`."""
    console.install()
    made: Path = tmp_path_factory.mktemp("blocks") / "blocks.js"
    source = "src/rooms/messages/blocks.ts"
    command = [*console.node(), "node_modules/rolldown/bin/cli.mjs", source]
    console.run([*command, "--format", "iife", "--name", "blocks", "--file", str(made)])
    context = browser.new_context()
    opened = context.new_page()
    opened.add_script_tag(path=made)
    yield opened
    context.close()


def kinds(page: Page, mjml: str) -> list[str]:
    found: list[str] = page.evaluate("(a) => blocks.split(a).pieces.map((b) => b.kind)", mjml)
    return found


@pytest.mark.parametrize("mjml", [_WHOLE, _CLUMSY, "<mjml><mj-body>\n</mj-body></mjml>"])
def test_nothing_is_lost(page: Page, mjml: str) -> None:
    assert page.evaluate("(a) => blocks.joined(blocks.split(a))", mjml) == mjml


def test_what_is_simple_has_a_form(page: Page) -> None:
    assert kinds(page, _WHOLE) == ["text", "button", "divider", "other"]
    assert kinds(page, _CLUMSY) == ["other", "other", "use", "other", "other"]
    assert page.evaluate("blocks.split('<mjml></mjml>')") is None
    lines = page.evaluate("(a) => blocks.split(a).pieces.map((b) => b.line)", _WHOLE)
    assert lines == [2, 3, 4, 5]


def test_a_form_changes_its_own_words(page: Page) -> None:
    def say(call: str, *given: Any) -> str:
        return str(page.evaluate(f"(given) => blocks.{call}(...given)", list(given)))

    assert say("wordsOf", _TEXT.format("a<br/>\n b &lt; c")) == "a\nb < c"
    assert say("withWords", _TEXT.format("a"), "1 < 2\n<b>x</b>") == _TEXT.format(
        "1 &lt; 2<br/><b>x</b>"
    )
    assert say("withWords", _TEXT.format(""), "x") == _TEXT.format("x")
    # As somebody types: a space at the end stays, and what stands in the tag's name is no word.
    assert say("wordsOf", _TEXT.format("a <br/> b ")) == "a \n b "
    assert say("wordsOf", _TEXT.format("\n  a\n  b\n")) == "a b"
    for typed in (" ", "t", "mj"):
        assert say("withWords", _TEXT.format(typed), "x") == _TEXT.format("x")
    button = _TEXT.replace("mj-text", "mj-button").format("go")
    linked = say("withAttribute", button, "href", '{{ a | default("b") }}&"')
    assert "<mj-button href=\"{{ a | default('b') }}&&quot;\">go</mj-button>" in linked
    assert say("attributeOf", linked, "href") == "{{ a | default('b') }}&\""


@pytest.mark.parametrize(
    ("kind", "parts"),
    [
        ("hero", ["image 0", "text 0", "button 0"]),
        ("columns", [f"{one} {at}" for at in (0, 1) for one in ("image", "text", "button")]),
    ],
)
def test_a_section_of_parts_is_filled_and_becomes_a_mail(
    page: Page, kind: str, parts: list[str]
) -> None:
    """Each part by its own form; what it compiles to shows them in their order."""
    made = page.evaluate(
        """(kind) => {
          let source = blocks.fresh(kind, "Go");
          const names = blocks.partsOf(source).map((one) => `${one.kind} ${one.column}`);
          names.forEach((name, at) => {
            const part = blocks.partsOf(source)[at];
            let own = blocks.alone(part);
            if (part.kind === "image") {
              own = blocks.withAttribute(own, "src", `https://shop.example/${at}.jpg`);
              own = blocks.withWidth(blocks.withAttribute(own, "alt", `Coat ${at}`), 200);
            } else own = blocks.withWords(own, `Words ${at}\nand more`);
            source = blocks.withPart(source, part, own);
          });
          return { names, source, less: blocks.withoutPart(source, blocks.partsOf(source)[0]) };
        }""",
        kind,
    )
    assert made["names"] == parts
    mjml = f"<mjml><mj-body>\n{made['source']}\n</mj-body></mjml>"
    assert kinds(page, mjml) == [kind]
    assert kinds(page, mjml.replace(made["source"], made["less"])) == [
        "columns" if kind == "columns" else "other"
    ]
    mail = compile_email(EmailSource("Hello", mjml, language="en"))
    html = msgspec.json.encode(mail).decode()
    places = [
        html.index(f"Coat {at}" if "image" in part else f"Words {at}")
        for at, part in enumerate(parts)
    ]
    assert places == sorted(places)


def test_what_is_odd_in_a_section_stays_text(page: Page) -> None:
    part = "<mj-column><mj-text>a</mj-text></mj-column>"
    odd = (
        f"<mj-section>{part * 3}</mj-section>",
        f"<mj-section>{part} and {part}</mj-section>",
        f"<mj-section>{part}<mj-column></mj-column></mj-section>",
        f"<mj-section>{part}<mj-column><mj-spacer/></mj-column></mj-section>",
        f"<mj-section><mj-group>{part}{part}</mj-group></mj-section>",
    )
    for one in odd:
        assert kinds(page, f"<mjml><mj-body>{one}</mj-body></mjml>") == ["other"], one
    two = f"<mj-section>{part}{part}</mj-section>"
    assert kinds(page, f"<mjml><mj-body>{two}</mj-body></mjml>") == ["columns"]


def test_blocks_come_go_and_change_places(page: Page) -> None:
    moved = page.evaluate("(a) => blocks.shifted(blocks.split(a), 0, 1)", _WHOLE)
    assert kinds(page, moved) == ["button", "text", "divider", "other"]
    assert page.evaluate("(a) => blocks.shifted(blocks.split(a), 1, -1)", moved) == _WHOLE
    fewer = page.evaluate("(a) => blocks.without(blocks.split(a), 3)", _WHOLE)
    assert PRODUCTS not in fewer
    more = page.evaluate("(a) => blocks.added(blocks.split(a), blocks.fresh('text', ''))", fewer)
    assert kinds(page, more) == ["text", "button", "divider", "text"]
