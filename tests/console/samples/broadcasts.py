"""A broadcast that tries two variants, not started yet, and what it would do and cost."""

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
        "test": {
            "share_percent": 50,
            "variants": [
                {"name": "Kisa", "message": messages["MESSAGE"]["key"], "weight": 2},
                {"name": "Uzun", "message": messages["MESSAGE"]["key"]},
            ],
        },
        "channels": ["email", "sms"],
        "hold_out_percent": 5,
        "resend": {"after_hours": 48},
    }
    prices = [{"channel": "email", "price": "0.01"}, {"channel": "sms", "price": "0.25"}]
    budget = {"currency": "TRY", "prices": prices}
    for path, what in (("/v1/spend/budget", budget), ("/v1/broadcasts/console-friday", wanted)):
        answer = kervan.api("PUT", path, what)
        assert answer.status < 300, answer
    return {"/broadcasts/$broadcast": "/broadcasts/console-friday?step=check"}
