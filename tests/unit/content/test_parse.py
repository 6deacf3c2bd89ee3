"""The grammar takes what mails need, and answers everything else with a line."""

import re
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kervan.content import nodes
from kervan.content.parse import MAX_SOURCE_CHARS, parse
from kervan.kernel.errors import KervanError


def refusal(source: str) -> tuple[str, object]:
    with pytest.raises(KervanError) as caught:
        parse(source, "mjml")
    for locale in ("tr", "az", "en"):
        assert not re.search(
            r"\{(part|line|name|found|known|opener|limit)\}", caught.value.say(locale)
        )
    return caught.value.code.removeprefix("content."), caught.value.params.get("line")


def test_text_prints_and_blocks_keep_their_lines() -> None:
    pieces = parse("a\n{{ b }}\n{% if c %}\nd{% endif %}", "mjml")
    assert [(type(piece).__name__, piece.line) for piece in pieces] == [
        ("Text", 1), ("Print", 2), ("Text", 2), ("Branch", 3), ("Text", 3), ("End", 4),
    ]  # fmt: skip


def test_comments_vanish_and_dashes_trim() -> None:
    assert parse("a {#- x\n -#}\n b", "text") == [nodes.Text("a", 1), nodes.Text("b", 2)]


@pytest.mark.parametrize(
    ("source", "code", "line"),
    [
        ("x\n{{ y", "unclosed", 2),
        ("{% if x %}\n\n", "block_open", 1),
        ("\n{% endif %}", "block_stray", 2),
        ("{% for a in b %}{% endif %}", "block_stray", 1),
        ("{% if a %}{% else %}{% else %}{% endif %}", "block_stray", 1),
        ("{% for a in b %}{% elif c %}{% endfor %}", "block_stray", 1),
        ("{% set x = 1 %}", "statement_unknown", 1),
        ("{% macro x() %}{% endmacro %}", "statement_unknown", 1),
        ("{% include 'x' %}", "statement_unknown", 1),
        ("{% import 'x' as y %}", "statement_unknown", 1),
        ("{% autoescape false %}", "statement_unknown", 1),
        ("{% raw %}", "statement_unknown", 1),
        ("\n\n{{ range(10000000) }}", "name_reserved", 3),
        ("{{ a.b() }}", "call", 1),
        ("{{ ''.join(a) }}", "call", 1),
        ("{{ a.__class__ }}", "name_private", 1),
        ("{{ a['__class__'] }}", "name_private", 1),
        ("{{ _tick }}", "name_private", 1),
        ("{{ isim_ı }}", "name_private", 1),
        ("{{ a[b] }}", "unexpected", 1),
        ("{{ a | safe }}", "filter_unknown", 1),
        ("{{ a | tojson }}", "filter_unknown", 1),
        ("{{ a | attr('x') }}", "filter_unknown", 1),
        ("{{ a | money }}", "filter_arguments", 1),
        ("{{ a | sort(by='x') }}", "filter_arguments", 1),
        ("{{ a is callable }}", "test_unknown", 1),
        ("{{ loop.cycle }}", "loop_key", 1),
        ("{{ 'a' ** 9 }}", "unexpected", 1),
        ("{{ 12345678901234567890 }}", "too_complex", 1),
        ("{{ '\\u0001' }}", "unexpected", 1),
        ("{{ a }} \x01", "control_character", 1),
        ("{{ {'a': 1} }}", "unexpected", 1),
        ("{% for loop in a %}{% endfor %}", "name_reserved", 1),
        ("{{ " + "(" * 40 + "a" + ")" * 40 + " }}", "too_complex", 1),
        ("{{ " + " ~ ".join("a" * 1 for _ in range(200)) + " }}", "too_complex", 1),
        ("{% for a in b %}" * 3 + "{% endfor %}" * 3, "too_deep", 1),
        ("{% if a %}" * 7 + "{% endif %}" * 7, "too_deep", 1),
    ],
)
def test_refused(source: str, code: str, line: int) -> None:
    assert refusal(source) == (code, line)


def test_a_source_may_not_be_endless() -> None:
    assert refusal("a" * (MAX_SOURCE_CHARS + 1))[0] == "source_too_long"


@given(st.text(alphabet="{}%#-|.()[]'\"\\ abnotifelsr_=~*\n\x01", max_size=60))
def test_any_text_is_read_or_refused(source: str) -> None:
    with suppress(KervanError):  # any other error is a fault
        assert isinstance(parse(source, "mjml"), list)
