"""The words of schools, in English and Spanish, by what they are about; and words about nothing.

Each line of `vocabulary.txt` is one matter: the beginnings of words, folded (small letters, no accents). It helps both
languages meet, and the sentences of a school's daily life, which a general model knows little of.
Several matters may share a word.
"""

from functools import cache
from pathlib import Path
from typing import Final

_MATTERS: Final = Path(__file__).with_name("vocabulary.txt")

# Numbers, days and months: sentences are not of one matter because both say "Tuesday".
NOTHING_MEANT: Final = frozenset(
    [
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "fifteen",
        "twenty",
        "thirty",
        "forty",
        "fifty",
        "hundred",
        "third",
        "fourth",
        "fifth",
        "sixth",
        "seventh",
        "eighth",
        "ninth",
        "tenth",
        "eleventh",
        "twelfth",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "mondays",
        "tuesdays",
        "wednesdays",
        "thursdays",
        "fridays",
        "january",
        "february",
        "april",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
        "jan",
        "feb",
        "aug",
        "sept",
        "oct",
        "nov",
        "dec",
        "dos",
        "tres",
        "cuatro",
        "cinco",
        "seis",
        "siete",
        "ocho",
        "nueve",
        "diez",
        "doce",
        "quince",
        "veinte",
        "treinta",
        "cuarenta",
        "cincuenta",
        "cien",
        "tercer",
        "tercero",
        "tercera",
        "cuarto",
        "cuarta",
        "quinto",
        "quinta",
        "sexto",
        "sexta",
        "septimo",
        "septima",
        "octavo",
        "octava",
        "lunes",
        "martes",
        "miercoles",
        "jueves",
        "viernes",
        "sabado",
        "domingo",
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre",
        "octubre",
        "noviembre",
        "diciembre",
    ]
)

# From here on a beginning stands for all the words that begin so.
_STEM: Final = 5
_LINES: Final = [line.split() for line in _MATTERS.read_text("utf-8").splitlines()]
_WORDS: Final = {word: number for number, line in enumerate(_LINES) for word in line}


@cache
def matter_of(word: str) -> int | None:
    """The number of the matter that a folded word is about, if it is about one."""
    if word in _WORDS:
        return _WORDS[word]
    for end in range(len(word) - 1, _STEM - 1, -1):
        if word[:end] in _WORDS:
            return _WORDS[word[:end]]
    return None


def how_many_matters() -> int:
    """How many are known."""
    return len(_LINES)
