"""How long to wait before looking for work again: short after some, longer while there is none."""


class Rest:
    """Pauses in seconds that grow from `shortest` to `longest` by `growth` while nothing is done.

    Looking costs a question to the database, and a laptop that has nothing to do should sleep;
    whoever comes after a quiet time waits for `longest` at most.
    """

    def __init__(self, shortest_seconds: float, longest_seconds: float, growth: float) -> None:
        self._shortest = shortest_seconds
        self._longest = longest_seconds
        self._growth = growth
        self._next = shortest_seconds

    def after(self, *, work: bool) -> float:
        """The pause after a look that found `work` or none."""
        if work:
            self._next = self._shortest
            return self._next
        pause = self._next
        self._next = min(pause * self._growth, self._longest)
        return pause
