"""Which language a sentence is in, by its small words; they also cannot begin or end a name."""

from typing import Final

from assessments.dashboards.themes.silence import folded

SMALL_WORDS: Final = {
    "en": frozenset(
        "a about after all also am an and any are as at be because been before being but by can"
        " could did do does doing down each even every few for from get gets got had has have"
        " having he her here him his how i if in into is it its just know less like made make many"
        " me more most much must my need needs never new no nobody nor not now of off often on"
        " once one only or other our out over own per really said same say see she should since so"
        " some still such t than that the their them then there these they this those through to"
        " too two under until up us use very want was way we well went were what when where which"
        " while who whom whose why will with without would year years yet you your s re ve ll d m"
        " don didn doesn isn aren won three four last next".split()
    ),
    "es": frozenset(
        "a al algo algun alguna algunas alguno algunos ante antes aqui asi aun aunque bien cada"
        " casi como con cual cuales cuando cuanto de del desde despues donde dos durante e el ella"
        " ellas ellos en entre era eran es esa esas ese eso esos esta estaba estan estar estas este"
        " esto estos fue fueron ha habia hace hacen hacer han hasta hay he hemos la las le les lo"
        " los mas me mi mientras mismo mucho muchos muy nada ni no nos nosotros nuestra nuestras"
        " nuestro nuestros o otra otras otro otros para pero poco por porque pues que quien quienes"
        " se sea ser si sido siempre sin sino sobre solo son su sus tal tambien tan tanto te tener"
        " tenemos tiene tienen toda todas todavia todo todos tres tu un una uno unos va van vez"
        " veces y ya yo ano anos ahora unas cuatro".split()
    ),
}
# What both languages write says nothing about which it is.
_SHARED = SMALL_WORDS["en"] & SMALL_WORDS["es"]


def language_of(text: str, otherwise: str) -> str:
    """The language that most small words of `text` are of, or `otherwise` when they do not tell."""
    words = folded(text).split()
    counts = {
        language: sum(word in small and word not in _SHARED for word in words)
        for language, small in SMALL_WORDS.items()
    }
    first, second = sorted(counts, key=lambda language: (-counts[language], language))[:2]
    return first if counts[first] > counts[second] else otherwise
