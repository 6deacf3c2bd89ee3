"""Passwords: argon2id (RFC 9106), and which ones are too easily guessed to be taken."""

import threading
import unicodedata
from functools import cache
from importlib import resources

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from kervan.kernel import ids
from kervan.kernel.errors import KervanError

SHORTEST, LONGEST = 12, 256
_hasher = PasswordHasher()  # argon2id, 64 MiB, 3 passes: the second choice of RFC 9106
# Each hash under way takes 64 MiB: a flood of sign-ins waits instead of filling the memory.
_slots = threading.BoundedSemaphore(2)


def check(password: str, email: str) -> None:
    """Raises web.password_short, web.password_long, web.password_common (400)."""
    plain = _normal(password)
    if len(plain) < SHORTEST:
        raise KervanError("web.password_short", status=400, shortest=SHORTEST)
    if len(plain) > LONGEST:
        raise KervanError("web.password_long", status=400, longest=LONGEST)
    bare = _bare(plain)
    local, _, domain = email.partition("@")
    own = {_bare(part) for part in (local, domain.partition(".")[0]) if len(_bare(part)) >= 4}
    left = bare
    for word in (*own, *_common()):
        left = left.replace(word, "")
    # What is left of a password made of common words, years and rows of keys is guessed soon.
    if len(set(bare)) < 5 or len(left) < 4:
        raise KervanError("web.password_common", status=400)


def hashed(password: str) -> str:
    """The hash to keep."""
    with _slots:
        return _hasher.hash(_normal(password))


def verify(kept: str | None, password: str) -> bool:
    """Whether this is the password; takes as long for who has none."""
    if len(password) > LONGEST:
        password, kept = "", None
    with _slots:
        try:
            _hasher.verify(kept or _nobodys(), _normal(password))
        except (VerificationError, InvalidHashError):
            return False
    return kept is not None


def is_dated(kept: str) -> bool:
    """Whether a hash was made with weaker settings than today's."""
    return _hasher.check_needs_rehash(kept)


def _bare(text: str) -> str:
    return "".join(one for one in text.casefold() if one.isalnum())


def _normal(password: str) -> str:
    return unicodedata.normalize("NFKC", password).encode("utf-8", "replace").decode()


@cache
def _nobodys() -> str:
    return _hasher.hash(ids.secret())


@cache
def _common() -> tuple[str, ...]:
    text = resources.files(__package__).joinpath("common_passwords.txt").read_text("utf-8")
    words = {line.strip().casefold() for line in text.splitlines() if line[:1] not in ("#", "")}
    return tuple(sorted(words, key=lambda word: (-len(word), word)))
