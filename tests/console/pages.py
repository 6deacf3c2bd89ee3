"""Every page that the console's rooms name."""

import re
from pathlib import Path

from tools import console

ROOMS = console.HERE / "src" / "rooms"
_PATH = re.compile(r"\bpath:\s*[\"']([^\"']+)[\"']")
LANGUAGES = ("tr", "az", "en")


def paths(room: Path) -> list[str]:
    """The paths of a room's pages, as its room.ts lists them."""
    return _PATH.findall(room.read_text("utf-8"))


def every() -> list[str]:
    """All paths of all rooms."""
    return [path for room in sorted(ROOMS.glob("*/room.ts")) for path in paths(room)]


def room_of(path: str) -> str:
    """The room that names a path."""
    return next(room.parent.name for room in ROOMS.glob("*/room.ts") if path in paths(room))
