"""A value in JSON stays the value it is: it can neither end its quotes nor open anything."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kervan.kernel.errors import KervanError
from tests.unit.content.texts.messages import compiled, rendered

hostile = st.text(max_size=40).filter(lambda text: text.isprintable()) | st.sampled_from([
    '", "admin": true, "x": "', "\\", '\\"', '"}', "\u2028", "{{ 7 }}", "</script>", "ə\\u0022",
])  # fmt: skip


def body(template: str, scene: dict[str, object] | None = None) -> object:
    """The JSON that a webhook is given."""
    return json.loads(rendered("webhook", {"body": template}, scene).fields["body"])


@given(hostile)
def test_nothing_breaks_out(value: str) -> None:
    shown = "" if value.isspace() else value
    template = '{"a": "x{{ v }}y", {% if v %}"b": {{ v }},{% endif %} "c": [{{ n }}, "{{ n }}"]}'
    found = body(template, {"v": value, "n": 3})
    assert isinstance(found, dict)
    assert found["a"] == f"x{shown}y"
    assert found.get("b", "") == shown
    assert found["c"] == [3, "3"]
    assert found.keys() <= {"a", "b", "c"}


def test_values_keep_their_type() -> None:
    scene: dict[str, object] = {
        "n": 2.5, "yes": True, "lines": [{"items": 1, "keys": "k"}, {"id": "ş"}], "d": {"x": []},
    }  # fmt: skip
    template = (
        '{"n": {{ n }}, "yes": {{ yes }}, "lines": {{ lines }}, "d": {{ d }}, '
        '"none": {{ gone | default(none) }}, "sum": {{ n + 1 }}, "text": "{{ yes }}"}'
    )
    assert body(template, scene) == {
        **scene, "none": None, "sum": 3.5, "text": "true",
    }  # fmt: skip


def test_loops_write_lists() -> None:
    template = (
        '[{% for l in lines %}{"id": {{ l.id }}}{% if not loop.last %},{% endif %}{% endfor %}]'
    )
    assert body(template, {"lines": [{"id": "a"}, {"id": "b"}]}) == [{"id": "a"}, {"id": "b"}]
    assert body(template, {"lines": []}) == []


def test_our_own_addresses_are_texts() -> None:
    found = body('{"a": {{ unsubscribe_url }}, "b": "see {{ unsubscribe_url }}"}')
    assert isinstance(found, dict)
    assert found["a"].startswith("https://t.example/u/")
    assert found["b"] == f"see {found['a']}"


@pytest.mark.parametrize(
    ("template", "code", "line"),
    [
        ('{"a": "{% if b %}x"{% endif %}}', "content.json_block", 1),
        ('\n{"a": {% if b %}"x{% else %}"y"{% endif %}}', "content.json_block", 2),
        ('{"a": "\\{{ b }}"}', "content.json_block", 1),
        ('{"a": {{ b }}', "content.json_invalid", 1),
        ('{"a":\n x{{ b }}}', "content.json_invalid", 2),
        ('{"a": "{{ b }}}', "content.json_invalid", 1),
        ("hello", "content.json_invalid", 1),
        ("[" * 100_000, "content.json_invalid", 1),
    ],
)
def test_what_can_never_be_json_is_refused_when_saved(template: str, code: str, line: int) -> None:
    with pytest.raises(KervanError) as caught:
        compiled("webhook", {"body": template})
    assert (caught.value.code, caught.value.params["line"]) == (code, line)
    assert caught.value.params["part"] == "en.body"


def test_what_turns_out_to_be_no_json_is_refused_when_rendered() -> None:
    with pytest.raises(KervanError) as caught:
        body('{"a": 1{% if b %}, {% endif %}}', {"b": 1})
    assert (caught.value.code, caught.value.status) == ("content.json_invalid", 422)
    with pytest.raises(KervanError) as caught:
        body('{"a": "{{ lines }}"}', {"lines": [1]})
    assert caught.value.code == "content.not_printable"


def test_data_of_a_push_is_an_object() -> None:
    assert rendered("push", {"title": "x", "data": '{"a": "b"}'}).fields["data"] == '{"a": "b"}'
    with pytest.raises(KervanError, match="object"):
        compiled("push", {"title": "x", "data": "[1]"})
    with pytest.raises(KervanError, match="object"):
        rendered("push", {"title": "x", "data": "{% if a %}{}{% else %}[]{% endif %}"})
