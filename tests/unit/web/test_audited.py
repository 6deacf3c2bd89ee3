"""Every deed that is written into the audit log is said in three languages, never by its code."""

import ast
from itertools import product
from pathlib import Path

import kervan
from kervan.kernel import i18n
from kervan.kernel.i18n import LOCALES

_WRITE = {"record", "record_of", "write"}
_LOG = {"audit", "audited"}
# What is put together where it is written.
_MADE = {
    **dict.fromkeys(("message", "block", "onsite", "broadcast", "brand"), ("new", "changed")),
    "journey": ("paused", "resumed", "stopped", "undone"),
    "approval": ("approved", "rejected"),
    "audience": ("paused", "resumed"),
    "media": ("archived", "restored"),
    "channel": ("account_enabled", "account_disabled"),
}


def _deeds() -> set[str]:
    """Every deed that stands in the source as it is."""
    found = set()
    for path in Path(kervan.__file__).parent.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if "audit" not in text:
            continue
        for call in (one for one in ast.walk(ast.parse(text)) if isinstance(one, ast.Call)):
            match call.func:
                case ast.Attribute(value=ast.Name(id=log), attr=name) if log in _LOG:
                    if name in _WRITE:
                        found |= {
                            str(one.value)
                            for one in call.args[2:4]
                            if isinstance(one, ast.Constant) and one.value
                        }
    return found


def test_every_deed_has_words() -> None:
    deeds = _deeds()
    assert {"journey.published", "user_added", "sending.stopped"} <= deeds
    deeds |= {f"{what}.{how}" for what, all_of in _MADE.items() for how in all_of}
    keys = {f"web.did_audit_{one.replace('.', '_')}" for one in deeds}
    bare = sorted(key for key, locale in product(keys, LOCALES) if i18n.say(key, locale) == key)
    assert not bare
