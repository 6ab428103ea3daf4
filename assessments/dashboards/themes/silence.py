"""Answers that say nothing, in either language: a bucket of their own, never a theme."""

import re
import unicodedata
from typing import Final

# Longer than any way to say nothing; and a long text need not be looked through.
_LONGEST: Final = 120

_HEAD = (
    r"none|nothing|nil|na|n a|no|nope|nada|ninguno|ninguna|ningunos|ningunas|not applicable"
    r"|no aplica|not yet|not sure|unsure|we are not sure|i am not sure|idk|i don t know"
    r"|we don t know|no se|no sabemos|no comments?|no answer|no response|sin comentarios?"
    r"|sin respuesta|tbd|to be determined|por definir|pendiente|todavia no|aun no|todavia nada"
    r"|aun nada|nothing new|nada nuevo|no hay|x+|test|prueba"
)
_LEAD = (
    r"there is|there are|there s|we have|we see|i have|it s|hay|no hay|no tenemos|tenemos"
    r"|so far|for now|at this time|right now|por ahora|de momento|por el momento|hasta ahora"
    r"|todavia|aun|sorry"
)
_TAIL = (
    r"yet|so far|at (?:this|the) (?:time|moment|point)|right now|for now|really|else|here|new"
    r"|to (?:add|report|say|share|note|mention)|that we know of|comes to mind|this year"
    r"|thanks?|thank you|sorry|todavia|aun|nada|ninguno|ninguna|mas|aqui|nuevo|gracias"
    r"|por (?:ahora|el momento)|hasta (?:ahora|el momento|la fecha)|de momento"
    r"|que (?:agregar|anadir|reportar|decir|informar|compartir)|en particular|este ano|lo siento"
)
_NOTHING = re.compile(rf"(?:(?:{_LEAD}) )?(?:{_HEAD})(?: (?:{_HEAD}|{_TAIL}))*")
_NO_WORD = re.compile(r"[\W_]+")


def says_nothing(text: str) -> bool:
    """Whether `text` has no content: "N/A", "nothing yet", "nada", "-", a lone emoji."""
    if len(text) > _LONGEST and any(map(str.isalnum, text)):
        return False
    plain = folded(text)
    return not plain or _NOTHING.fullmatch(plain) is not None


def folded(text: str) -> str:
    """Small letters without accents, words a space apart."""
    bare = "".join(
        sign
        for sign in unicodedata.normalize("NFKD", text.casefold())
        if not unicodedata.combining(sign)
    )
    return _NO_WORD.sub(" ", bare).strip()
