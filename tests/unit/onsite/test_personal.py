"""Words are filled in for one person, and her data leads nowhere else."""

import pytest

from kervan.kernel.errors import KervanError
from kervan.onsite.blocks import Block, texts
from kervan.onsite.personal import fill, is_personal
from tests.unit.onsite.winter import campaign

_HOSTS = frozenset({"shop.example"})


def _blocks(*blocks: dict[str, object]) -> list[Block]:
    return campaign(blocks={"tr": [*blocks]}).blocks["tr"]


def test_every_template_is_filled_in_its_place() -> None:
    blocks = _blocks(
        {"type": "heading", "text": "Merhaba {{ person.first_name | default('misafir') }}"},
        {"type": "columns", "columns": [
            [{"type": "text", "text": "plain"}],
            [{"type": "button", "text": "{{ person.city | default('Ev') | suffix('dative') }}",
              "url": "https://shop.example/{{ person.city | default('') }}"}],
        ]},
    )  # fmt: skip
    assert is_personal(blocks)
    assert len([*texts(blocks)]) == 4
    heading, columns = fill(
        blocks, "tr", {"person": {"first_name": "<b>İpek</b>", "city": "Ankara"}}, _HOSTS
    )
    assert heading == {"type": "heading", "text": "Merhaba <b>İpek</b>"}, "pages write it as words"
    assert columns["columns"][0] == [{"type": "text", "text": "plain"}]
    button = columns["columns"][1][0]
    assert button["text"] == "Ankara'ya"
    assert button["url"] == "https://shop.example/Ankara"


def test_what_has_no_template_stays() -> None:
    blocks = _blocks({"type": "text", "text": "a { b } c"})
    assert not is_personal(blocks)
    assert fill(blocks, "tr", {}, _HOSTS) == [{"type": "text", "text": "a { b } c"}]


@pytest.mark.parametrize("site", ["javascript:alert(1)", "https://evil.example", "//evil.example"])
def test_her_data_leads_to_no_other_host(site: str) -> None:
    blocks = _blocks({"type": "button", "text": "x", "url": "{{ person.site | default('/') }}"})
    with pytest.raises(KervanError) as caught:
        fill(blocks, "tr", {"person": {"site": site}}, _HOSTS)
    assert caught.value.code == "onsite.link_refused"
