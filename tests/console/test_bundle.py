"""What a browser loads before the first page is no more than it may be."""

import json

import pytest
from tools import console

_MOST_KB = 330  # scripts, gzipped, with one language's words

pytestmark = pytest.mark.peer("node", "npm")


def test_the_first_load_is_small(built: None, capsys: pytest.CaptureFixture[str]) -> None:
    parts = json.loads((console.BUNDLE / "manifest.json").read_text("utf-8"))
    wanted, loaded = ["index.html", "src/say/az.ts"], set()
    while wanted:
        part = wanted.pop()
        if part not in loaded:
            loaded.add(part)
            wanted += parts[part].get("imports", [])
    files = [console.BUNDLE / f"{parts[part]['file']}.gz" for part in loaded]
    size_kb = sum(file.stat().st_size for file in files) / 1_000
    with capsys.disabled():
        print(f"\n    console: {size_kb:.0f} kB of scripts before the first page", end="")
    assert 50 < size_kb <= _MOST_KB
