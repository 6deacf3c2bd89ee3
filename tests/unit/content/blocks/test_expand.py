"""Blocks are written out where they are used, each in its language, and never without end."""

import pytest

from kervan.content.blocks.definition import Block, Pieces, read
from kervan.content.blocks.expand import MAX_DEPTH, uses, with_blocks
from kervan.content.compile import EmailSource
from kervan.content.texts.compile import TextSource
from kervan.kernel.errors import KervanError
from kervan.kernel.i18n import LOCALES


def block(key: str, text: str, mjml: str = "") -> Block:
    """A block with the same words in every language."""
    return Block(key, key, {"tr": Pieces(mjml, text)})


def expanded(text: str, *blocks: Block) -> str:
    """A text with its blocks written out."""
    source = TextSource("sms", {"tr": {"text": text}})
    return with_blocks(source, {one.key: one for one in blocks}).texts["tr"]["text"]


def test_a_block_is_written_where_it_is_used() -> None:
    foot, sign = block("foot", 'F {{ x }} {% use "sign" %}'), block("sign", "S")
    assert expanded('a {% use "foot" %} b', foot, sign) == "a F {{ x }} S b"
    assert expanded("a {%- use 'sign' -%} b{%use 'sign'%}", sign) == "aSbS"
    assert expanded('{% use foot %} {{ use }} {% user "x" %}', foot) == (
        '{% use foot %} {{ use }} {% user "x" %}'
    )


def test_languages_and_kinds() -> None:
    foot = Block("foot", "Foot", {"az": Pieces("<a/>", "az"), "tr": Pieces("<t/>", "tr")}, "tr")
    texts = TextSource("sms", {one: {"text": '{% use "foot" %}'} for one in ("en", "az", "tr")})
    written = with_blocks(texts, {"foot": foot}).texts
    assert [written[one]["text"] for one in written] == ["tr", "az", "tr"]
    mail = EmailSource('{% use "foot" %}', '<m>{% use "foot" %}</m>', language="az")
    found = with_blocks(mail, {"foot": foot})
    assert (found.subject, found.mjml) == ("az", "<m><a/></m>")
    assert uses(mail) and uses(texts)
    assert not uses(EmailSource("use", "<m/>"))


@pytest.mark.parametrize(
    ("text", "blocks", "code", "line"),
    [
        ('\n{% use "no" %}', (), "content.block_unknown", 2),
        ('{% use "a" %}', (block("a", '{% use "a" %}'),), "content.block_circle", 1),
        ('{% use "a" %}', (block("a", '{% use "b" %}'), block("b", '{% use "a" %}')),
         "content.block_circle", 1),
        ('{% use "b0" %}',
         tuple(block(f"b{n}", f'{{% use "b{n + 1}" %}}') for n in range(MAX_DEPTH + 2)),
         "content.too_deep", 1),
        ('{% use "b0" %}',
         (*(block(f"b{n}", f'{{% use "b{n + 1}" %}}' * 20) for n in range(4)), block("b4", "x")),
         "content.too_complex", 1),
        ('{% use "a" %}' * 20, (block("a", "x" * 90_000),), "content.source_too_long", None),
    ],
)  # fmt: skip
def test_what_has_no_end_is_refused(
    text: str, blocks: tuple[Block, ...], code: str, line: int | None
) -> None:
    with pytest.raises(KervanError) as caught:
        expanded(text, *blocks)
    assert (caught.value.code, caught.value.params.get("line")) == (code, line)
    assert caught.value.params["part"] == "tr.text"
    for locale in LOCALES:
        assert "content." not in caught.value.say(locale)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ([], "content.block_invalid"), ({"key": "a", "name": "a"}, "content.block_invalid"),
        ({"key": "A", "name": "a", "pieces": {"tr": {}}}, "content.block_invalid"),
        ({"key": "a", "name": "", "pieces": {"tr": {}}}, "content.block_invalid"),
        ({"key": "a", "name": "a", "pieces": {}}, "content.block_invalid"),
        ({"key": "a", "name": "a", "pieces": {"tr": {}}, "language": "az"},
         "content.language_missing"),
        ({"key": "a", "name": "a", "pieces": {"tr": {"text": "{% if x %}"}}}, "content.block_open"),
        ({"key": "a", "name": "a", "pieces": {"tr": {"text": "{{ a() }}"}}}, "content.call"),
        ({"key": "a", "name": "a", "pieces": {"tr": {"text": "x" * 200_000}}},
         "content.source_too_long"),
    ],
)  # fmt: skip
def test_what_is_no_block(value: object, code: str) -> None:
    with pytest.raises(KervanError) as caught:
        read(value)
    assert caught.value.code == code
    for locale in LOCALES:
        assert "content." not in caught.value.say(locale)
