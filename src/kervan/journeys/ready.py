"""Lists the ready-made journeys and their files, and writes them out for editing."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kervan.journeys import parse
from kervan.journeys.definition import Definition
from kervan.journeys.tested.suite import TESTS
from kervan.kernel.errors import KervanError

JOURNEY = "journey.yaml"
_HOME = Path(__file__).parent / "library"


@dataclass(frozen=True, slots=True)
class Ready:
    """A ready-made journey: its text's meaning, and the folder its files lie in."""

    journey: Definition
    folder: Path

    @property
    def key(self) -> str:
        """Its key, which is also the name of its folder."""
        return self.folder.name

    def files(self) -> Iterator[Path]:
        """What is applied, in its order (segments, messages, the journey), then the tests."""
        for below in ("segments", "messages"):
            yield from sorted(self.folder.glob(f"{below}/*.yaml"))
        yield self.folder / JOURNEY
        yield self.folder / TESTS

    def channels(self) -> list[str]:
        """The channels of its messages, in the order it goes by them."""
        steps = (node.step for node in self.journey.nodes)
        named = (getattr(one, "named", None) or [] for one in steps)
        return list(dict.fromkeys(channel for some in named for channel in some))


def every() -> list[Ready]:
    """All of them, by key."""
    return [one(place.parent.name) for place in sorted(_HOME.glob(f"*/{JOURNEY}"))]


def one(key: str) -> Ready:
    """The one with this key. Raises journeys.library_unknown (404)."""
    known = sorted(place.parent.name for place in _HOME.glob(f"*/{JOURNEY}"))
    if key not in known:
        facts = {"key": key[:80], "known": ", ".join(known)}
        raise KervanError("journeys.library_unknown", status=404, **facts)
    folder = _HOME / key
    return Ready(parse.parse((folder / JOURNEY).read_text(encoding="utf-8")), folder)


def write(ready: Ready, target: Path) -> list[Path]:
    """Copy its files below `target`; gives where they are.

    Raises journeys.library_there (409) where one of them stands already: nothing is overwritten.
    """
    pairs = [(one, target / one.relative_to(ready.folder)) for one in ready.files()]
    for _, place in pairs:
        if place.exists():
            raise KervanError("journeys.library_there", status=409, path=str(place))
    for source, place in pairs:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(source.read_bytes())
    return [place for _, place in pairs]
