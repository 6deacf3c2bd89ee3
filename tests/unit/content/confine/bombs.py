"""Templates that the language's reader would never let pass: what the engine would do with them."""

import msgspec

from kervan.content.compiled import Compiled
from kervan.content.emit import BLOCK, BLOCK_END, PRINT, PRINT_END
from kervan.content.texts.compile import compile_text

_DOUBLE = f"{BLOCK} set a = a ~ a {BLOCK_END}"
MEMORY = f"{BLOCK} set a = 'x' {BLOCK_END}{_DOUBLE * 40}{PRINT} a|length {PRINT_END}"
"""Two to the power of forty signs."""


def compiled(engine: str, wanted: str = "") -> Compiled:
    """An SMS whose template in the engine's own words is `engine`; it reads `wanted`."""
    sound = compile_text({"channel": "sms", "texts": {"tr": {"text": "x"}}})
    variant = msgspec.structs.replace(sound.variants[0], fields={"text": engine})
    wants = {wanted: {}} if wanted else {}
    return msgspec.structs.replace(sound, variants=[variant], wants=wants)


def needs(text: str, chars: int) -> str:
    """A template that takes the process down only for readers of more than `chars` of `text`."""
    condition = f"{BLOCK} if ({text}|length) > {chars} {BLOCK_END}"
    return f"{condition}{MEMORY}{BLOCK} endif {BLOCK_END}"
