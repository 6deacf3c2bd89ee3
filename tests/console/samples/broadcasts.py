"""A broadcast of the sample message to everybody, not started yet, and what it would do."""

import runpy
from pathlib import Path

from tests.story.running import Kervan


def prepare(kervan: Kervan) -> dict[str, str]:
    """The list of broadcasts, with one in it, and the look before its start."""
    messages = runpy.run_path(str(Path(__file__).with_name("messages.py")))
    messages["prepare"](kervan)
    wanted = {
        "key": "console-friday",
        "name": "Cuma indirimi",
        "everybody": True,
        "message": messages["MESSAGE"]["key"],
        "channels": ["email", "sms"],
        "hold_out_percent": 5,
        "resend": {"after_hours": 48},
    }
    kervan.api("PUT", "/v1/broadcasts/console-friday", wanted)
    return {"/broadcasts/$broadcast": "/broadcasts/console-friday?step=check"}
