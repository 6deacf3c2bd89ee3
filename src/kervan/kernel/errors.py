"""The one kind of expected error: a stable code, a status and the facts of the sentence."""

from kervan.kernel import i18n


class KervanError(Exception):
    """An expected failure; its code names a sentence in the room's `words.toml`.

    `status` is the HTTP status the edge answers with; `params` fill the sentence.
    """

    def __init__(self, code: str, status: int = 400, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.status = status
        self.params = params

    def say(self, locale: str = "en") -> str:
        """The sentence for the reader, in `locale` (tr, az or en)."""
        return i18n.say(self.code, locale, **self.params)

    def __str__(self) -> str:
        return self.say()
