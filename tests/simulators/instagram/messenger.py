"""Stands in for Messenger's part of the same Send API, as its public pages describe it.

developers.facebook.com/docs/messenger-platform: [s] reference/send-api, [w]
reference/webhook-events.
"""

from tests.simulators.instagram.server import Instagram


class Messenger(Instagram):
    """One page; what it is told of is of a `page`."""

    about = "page"  # [w]

    def fits(self, text: str) -> bool:
        """[s] At most 2000 characters."""
        return len(text) <= 2000
