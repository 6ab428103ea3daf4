"""The words of schools, in English and Spanish, by what they are about; and words about nothing.

Each line is one matter: the beginnings of words, folded (small letters, no accents). It helps both
languages meet, and the sentences of a school's daily life, which a general model knows little of.
Several matters may share a word.
"""

from functools import cache
from typing import Final

_MATTERS: Final = """
schedule schedules scheduling calendar timetable tiempo horario time minutes minutos hour hours hora horas period periodo
plan planning planear planeacion planificacion prep
meet meets meeting meetings met reunion reuniones reunir reunirnos reunimos reune junta juntas
team teams equipo equipos plc department departments departamento
coach coaches coaching asesora asesor asesoria acompanamiento acompana acompanar mentor mentora mentoring mentoria
visit visits visiting visita visitas visitar observ walkthrough recorrido
model models modeling modelar demostr ejemplo example
family families familia familias parent parents padre padres mother mothers madre madres mama mamas papa papas guardian caregiver home homes hogar hogares casa casas
community communities comunidad comunidades neighborhood barrio vecin
language languages idioma idiomas lengua lenguaje bilingu multiling english ingles spanish espanol translat traduc interpret newcomer newcomers
disciplin referral referrals suspen detention castig conduct behavior behaviour comportamiento restorativ restaurativ
grade graded grades grading calific nota notas boleta rubric rubrica evalua assess examen exams test tests prueba pruebas
data datos result results resultado resultados score scores grafica spreadsheet
belief beliefs creencia creencias assum supuesto supuestos convic convic expect expectativa
bias biases sesgo sesgos prejui race racial raza racism racismo equity equidad identity identidad privileg
trust confianza safe seguro segura seguridad fear miedo honest honesto honesta honestidad sincer
lead leader leaders leadership lider lideres liderazgo principal principals director directora administr
novato novata novice mentee induction induccion onboarding beginner principiante
para paras paraprofessional paraeducator aide aides assistant assistants asistente asistentes auxiliar auxiliares cafeteria cocina office oficina custodian conserje chofer choferes driver drivers secretar
sub subs substitute substitutes suplente suplentes coverage cubrir cobertura
money budget funding funds dinero presupuesto recurso recursos resources grant stipend
material materials materiales curriculum curricul textbook libro libros book books leer read
math matem algebra geometr numeracy
reading lectura literacy alfabet writing escritura escribir
science ciencia ciencias lab laboratorio
advanced avanzado avanzados avanzada honors honores gifted talent track tracking placement colocacion
special especial especiales disabil discapac iep inclusion inclusiv
schoolwork homework tarea tareas assignment assignments
attend attendance asistencia ausen absen tardy
student students alumno alumnos alumna alumnas estudiante estudiantes kid kids nino ninos nina ninas child children
voice voices voz voces listen listening escuchar escucha heard survey surveys encuesta encuestas
policy policies politica politicas rule rules regla reglas handbook manual reglamento
routine routines rutina rutinas protocol protocols protocolo protocolos norm norms norma normas agenda agendas
training trainings capacit workshop workshops taller talleres course courses curso cursos formacion professional profesional
initiative initiatives iniciativa iniciativas program programs programa programas
technology tecnolog computer computers computadora laptop
health salud mental counsel consejer orientador nurse enfermer social
turnover leave leaving rotacion vacan hiring hire contratar
group groups grupo grupos grouping intervention intervencion intervenciones
transport bus buses autobus camion
facilitator facilitators facilit moderador
feedback retroaliment
"""

# Numbers, days and months: sentences are not of one matter because both say "Tuesday".
NOTHING_MEANT: Final = frozenset(
    "two three four five six seven eight nine ten eleven twelve fifteen twenty thirty forty"
    " fifty hundred third fourth fifth sixth seventh eighth ninth tenth eleventh"
    " twelfth monday tuesday wednesday thursday friday saturday sunday mondays"
    " tuesdays wednesdays thursdays fridays january february april june july august september"
    " october november december jan feb aug sept oct nov dec"
    " dos tres cuatro cinco seis siete ocho nueve diez doce quince veinte treinta cuarenta"
    " cincuenta cien tercer tercero tercera cuarto cuarta"
    " quinto quinta sexto sexta septimo septima octavo octava lunes martes miercoles jueves viernes"
    " sabado domingo enero febrero marzo abril mayo junio julio agosto septiembre octubre"
    " noviembre diciembre".split()
)

# From here on a beginning stands for all the words that begin so.
_STEM: Final = 5
_LINES: Final = [line.split() for line in _MATTERS.strip().splitlines()]
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
