"""A month with broadcasts on three days, one of them on each person's own clock."""

import runpy
from pathlib import Path

from tests.story.running import Kervan

MONTH = "2030-04"


def prepare(kervan: Kervan) -> dict[str, str]:
    """April 2030, which has public holidays; nothing of it is started."""
    messages = runpy.run_path(str(Path(__file__).with_name("messages.py")))
    messages["prepare"](kervan)
    for key, name, at, more in (
        ("console-spring", "Bahar geldi: yeni sezon", "10T10:00", {}),
        ("console-rain", "Yağmurluklar", "10T16:30", {"channels": ["sms"]}),
        ("console-children", "23 Nisan çocuk günü", "23T09:00", {"local": True}),
    ):
        wanted = {
            "key": key,
            "name": name,
            "everybody": True,
            "message": messages["MESSAGE"]["key"],
            "at": f"{MONTH}-{at}",
            **more,
        }
        kervan.api("PUT", f"/v1/broadcasts/{key}", wanted)
    return {"/calendar": f"/calendar?day={MONTH}-10"}
