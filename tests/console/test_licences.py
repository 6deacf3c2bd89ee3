"""Every npm package of the console has a licence we may stand on, and what is shipped is named."""

import json
from typing import Any

import pytest
from tools import console

from tests.house import licences
from tests.house.tree import ROOT

ALLOWED = licences.allow_list((ROOT / "tests/house/licences.toml").read_text(encoding="utf-8"))
# Used to build, never shipped: MPL asks nothing of whoever only uses it.
BUILT_WITH = {"lightningcss": "MPL-2.0", "axe-core": "MPL-2.0"}
FONTS = {"@fontsource-variable/inter": "OFL-1.1"}


def packages() -> dict[str, dict[str, Any]]:
    lock = json.loads((console.HERE / "package-lock.json").read_text("utf-8"))
    return {path: facts for path, facts in lock["packages"].items() if path}


def name_of(path: str) -> str:
    return path.rpartition("node_modules/")[2]


@pytest.mark.parametrize("path", sorted(packages()))
def test_a_package_has_an_allowed_licence(path: str) -> None:
    facts, name = packages()[path], name_of(path)
    said = str(facts.get("license", ""))
    if any(name == one or name.startswith(f"{one}-") for one in BUILT_WITH):
        assert facts.get("dev") and said == "MPL-2.0"
        return
    if name in FONTS:
        assert said == FONTS[name] and name in (ROOT / "NOTICE").read_text("utf-8")
        return
    assert licences.acceptable(said, ALLOWED.licences), f"{name}: {said or 'no licence named'}"


def test_the_lock_names_no_place_and_each_file_by_its_hash() -> None:
    for path, facts in packages().items():
        assert "resolved" not in facts, path
        assert facts["integrity"].startswith("sha512-"), path
