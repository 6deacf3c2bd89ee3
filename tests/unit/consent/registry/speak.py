"""A process that speaks to the registry until it is killed, for the tests that kill it.

`python -m tests.unit.consent.registry.speak POSTGRES_URL WORKSPACE AT_MS`
"""

import sys

from kervan.app.speaker import Speaker
from kervan.kernel import postgres
from tests.unit.consent.registry.world import VAULT, deadline

if __name__ == "__main__":
    url, workspace, at_ms = sys.argv[1], sys.argv[2], int(sys.argv[3])
    with postgres.connect(url, workspace=workspace) as conn:
        speaker = Speaker(conn, VAULT, deadline)
        print("speaking", flush=True)
        while True:
            if not speaker.step(at_ms):
                at_ms += 15_000
