"""The licences are read from the installed packages, and a wrong one is seen."""

from email.message import Message
from importlib import metadata
from typing import cast

import pytest

from tests.house import licences, tree
from tests.house.tree import ROOT

ALLOWED = licences.allow_list((ROOT / "tests/house/licences.toml").read_text(encoding="utf-8"))


def metadata_of(name: str) -> Message:
    """The metadata of an installed package, as the message it is."""
    return cast(Message, metadata.metadata(name))


@pytest.mark.parametrize("group", ["project", "dev"])
def test_everything_we_stand_on_has_an_allowed_licence(group: str) -> None:
    names = licences.closure(licences.declared(group))
    assert len(names) > 10
    found = [licences.refused(name, licences.licence(metadata_of(name)), ALLOWED) for name in names]
    wrong = [line for line in found if line]
    if wrong:
        pytest.fail("\n".join(wrong), pytrace=False)


@pytest.mark.parametrize(
    ("expression", "fine"),
    [
        ("MIT", True),
        ("MIT OR GPL-3.0-only", True),
        ("Apache-2.0 WITH LLVM-exception", True),
        ("(MIT OR GPL-2.0-only) AND BSD-3-Clause", True),
        ("MIT AND GPL-3.0-only", False),
        ("AGPL-3.0-or-later", False),
        ("Commercial", False),
        ("MIT OR", False),
        ("", False),
    ],
)
def test_an_expression_is_judged_as_a_whole(expression: str, fine: bool) -> None:
    assert licences.acceptable(expression, frozenset({"MIT", "Apache-2.0", "BSD-3-Clause"})) is fine


def test_a_package_without_a_licence_or_with_a_wrong_one_is_refused() -> None:
    assert "does not say" in licences.refused("x", "", ALLOWED)
    assert "does not allow" in licences.refused("x", "GPL-3.0-only", ALLOWED)
    assert "does not allow" in licences.refused("x", "LGPL-3.0-only", ALLOWED)
    assert not licences.refused("psycopg", "LGPL-3.0-only", ALLOWED)


def test_an_exception_without_a_reason_is_none() -> None:
    text = 'allowed = []\n[exceptions]\nx = { licence = "GPL-3.0-only", reason = "" }\n[read]\n'
    assert licences.refused("x", "GPL-3.0-only", licences.allow_list(text))


def test_several_classifiers_all_hold() -> None:
    package = Message()
    package["Classifier"] = "License :: OSI Approved :: MIT License"
    package["Classifier"] = "License :: OSI Approved :: GNU General Public License v3 (GPLv3)"
    read = licences.licence(package)
    assert not licences.acceptable(read, ALLOWED.licences)


def test_what_is_shipped_from_others_is_named_in_notice() -> None:
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8")
    data = [path for path in tree.paths() if path.startswith("src/") and "/data/" in path]
    shipped = [path for path in data if not path.endswith((".md", ".py"))]
    assert shipped
    assert [path for path in shipped if path not in notice] == []
