"""What an author wants chosen for each person: the channel, the hour, or both."""

from dataclasses import dataclass

LONGEST_WAIT_MS = 86_400_000
"""A best hour lies at most a day ahead, so a message lives that much longer."""
DAY_MINUTES = 1_440


@dataclass(frozen=True, slots=True)
class Wish:
    """How channel and time of one intent are to be found.

    `channel` asks for the best of the channels it names; a share `explore` (0 to 1) of the messages
    goes by another of them, to learn. `time` asks for her best hour from minute `from_minute`
    until `until_minute` of her day (itself no longer in; the same twice is a whole day).
    """

    channel: bool = False
    explore: float = 0.1
    time: bool = False
    from_minute: int = 540
    until_minute: int = 1_260
