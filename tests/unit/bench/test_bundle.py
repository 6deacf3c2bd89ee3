"""A file that two pages import is loaded once; what only a page needs is not in the first load."""

import json
from pathlib import Path

from kervan.bench import bundle

PARTS = {
    "index.html": {"file": "main.js", "imports": ["_kit"], "dynamicImports": ["src/page.tsx"]},
    "src/say/az.ts": {"file": "az.js", "imports": ["_kit"], "isDynamicEntry": True},
    "_kit": {"file": "kit.js"},
    "src/page.tsx": {"file": "page.js", "imports": ["_kit", "_chart"], "isDynamicEntry": True},
    "_chart": {"file": "chart.js"},
}
SIZES = {"main.js": 7, "az.js": 50, "kit.js": 300, "page.js": 1_000, "chart.js": 20_000}


def test_each_file_is_counted_once(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text(json.dumps(PARTS), "utf-8")
    for name, size in SIZES.items():
        (tmp_path / f"{name}.gz").write_bytes(b"x" * size)
    assert bundle.first_load_bytes(tmp_path) == 357
    assert bundle.route_bytes(tmp_path) == 21_000
