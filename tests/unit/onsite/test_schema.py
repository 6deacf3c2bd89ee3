"""The published schema and the text of the page are those of the code."""

import re

import yaml

from kervan.onsite.blocks import KINDS
from kervan.onsite.check import examine
from kervan.onsite.definition import read
from kervan.onsite.schema import schema_text
from tests.house.tree import ROOT

PAGE = (ROOT / "docs" / "how-to" / "onsite.md").read_text()
PLACE = ROOT / "docs" / "reference" / "onsite.schema.json"


def test_the_published_schema_is_current() -> None:
    assert PLACE.read_text() == schema_text(), "write schema_text() there"


def test_the_text_of_the_page_can_be_applied_and_names_every_block() -> None:
    text = re.search(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    assert text is not None
    loaded = yaml.load(text[1], yaml.BaseLoader)["onsite"]  # times are words in our texts
    loaded["triggers"]["scroll_percent"] = 40
    loaded["triggers"]["basket_min"] = 500
    loaded["triggers"]["exit_intent"] = True
    loaded["frequency"] = {"device": {"times": 1, "days": 7}, "after_close_days": 30}
    loaded["goal"]["hours"] = 48
    loaded["variants"][1]["weight"] = 1
    assert examine(read(loaded)) == []
    assert all(f"`{kind}`" in PAGE for kind in KINDS)
