"""What schools write about, by matter, in English and Spanish: sentences of our own for measuring.

No sentence is the translation of another; each says its matter in other words.
"""

from typing import Final

MATTERS: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "time": {
        "en": (
            "There is never enough time in the day for teams to sit down together.",
            "Our common planning hour gets eaten by testing and substitute coverage.",
            "We need protected time on the calendar that nobody can take away.",
            "Forty minutes every other week is too short to get past announcements.",
            "The schedule leaves no shared period for the third-grade team.",
        ),
        "es": (
            "Nos falta tiempo para reunirnos como equipo.",
            "La hora de planeación se va en cubrir grupos cuando no llega el suplente.",
            "Hace falta un horario protegido que nadie nos quite.",
            "Media hora al mes no alcanza para una conversación de fondo.",
        ),
    },
    "families": {
        "en": (
            "Families tell us they only hear from school when something is wrong.",
            "Home visits in August changed how we talk with parents.",
            "We want mothers and fathers at the table when we decide about the handbook.",
            "Few parents come to the evening meetings, and we never asked them why.",
            "Calling home with good news has become a habit in two grade levels.",
        ),
        "es": (
            "Las familias solo reciben una llamada cuando hay un problema.",
            "Visitar los hogares nos enseñó a escuchar a las mamás y a los papás.",
            "Queremos que los padres participen en las decisiones de la escuela.",
            "A las juntas de la tarde vienen pocos padres de familia.",
        ),
    },
    "multilingual learners": {
        "en": (
            "Students who are learning English sit silent in most of our math lessons.",
            "Only two teachers know how to support newcomers who do not speak English yet.",
            "Our English learners are pulled out of science for language support.",
            "We are learning sentence frames so that multilingual students can join discussions.",
        ),
        "es": (
            "Los alumnos que aprenden inglés casi no participan en clase.",
            "Pocos maestros saben apoyar a los recién llegados que no hablan inglés.",
            "Sacamos de ciencias a quienes están aprendiendo el idioma para darles apoyo.",
            "El programa bilingüe ayuda a los estudiantes a no perder su español.",
        ),
    },
    "discipline": {
        "en": (
            "Referrals to the office fall on the same boys year after year.",
            "We looked at suspension numbers by group and nobody could explain them.",
            "Restorative circles replaced detention in the eighth grade.",
            "Sacamos de ciencias a quienes aprenden el idioma para darles apoyo.",
        ),
        "es": (
            "Los reportes de disciplina siempre caen sobre los mismos niños.",
            "Revisamos las suspensiones por grupo y los números nos incomodaron.",
            "Los círculos restaurativos han reemplazado los castigos en secundaria.",
            "Cada maestro decide por su cuenta qué conducta merece un reporte.",
        ),
    },
    "grading": {
        "en": (
            "The same work gets a B in one classroom and a D next door.",
            "We still give zeros for late homework, which punishes students without a quiet desk.",
            "A common rubric would make our grades mean the same thing.",
            "Teams have started to grade three essays together with the names covered.",
        ),
        "es": (
            "El mismo trabajo saca diez con un maestro y siete con otro.",
            "Seguimos poniendo cero en la tarea tardía y castigamos a quien no tiene mesa.",
            "Una rúbrica común haría más justas las calificaciones.",
            "Calificamos juntos tres ensayos sin ver los nombres.",
        ),
    },
    "coaching": {
        "en": (
            "Our instructional coach works with only nine of forty teachers.",
            "Coaching cycles help people move from hearing about a practice to using it.",
            "Veteran teachers think the coach is for beginners.",
            "Having a coach model a lesson in my own room made all the difference.",
        ),
        "es": (
            "La asesora pedagógica acompaña apenas a unos cuantos maestros.",
            "Los ciclos de acompañamiento con la coach ayudan a poner en práctica lo aprendido.",
            "Los maestros con experiencia creen que la asesoría es para los nuevos.",
            "Ver a la coach dar la clase con mis alumnos fue lo que más me sirvió.",
        ),
    },
    "peer visits": {
        "en": (
            "Teachers hardly ever see each other teach.",
            "We would like release days to visit classrooms next door.",
            "Peer observation works when there is one question to look for and no judgment.",
            "Learning walks let us see what our colleagues do during small groups.",
        ),
        "es": (
            "Casi nunca nos vemos dar clase entre colegas.",
            "Quisiéramos días libres para visitar los salones de otros maestros.",
            "Observar la clase de un compañero sirve cuando no se trata de evaluar.",
            "Las visitas entre salones nos dejan ver cómo trabajan los demás en grupos pequeños.",
        ),
    },
    "substitutes and support staff": {
        "en": (
            "Paraprofessionals are not invited to professional development days.",
            "Aides and bus drivers know our students well and are never trained with us.",
            "Substitutes come in without knowing any of our routines.",
            "Cafeteria and office staff are left out of what we learn.",
        ),
        "es": (
            "Los asistentes de aula nunca reciben capacitación con nosotros.",
            "El personal de cocina y los choferes quedan fuera de lo que aprendemos.",
            "Los suplentes llegan sin conocer nuestras rutinas.",
            "No invitamos a las auxiliares a los días de desarrollo profesional.",
        ),
    },
    "new teachers": {
        "en": (
            "New teachers get a binder in August and are on their own by October.",
            "First-year teachers need a mentor who has time for them.",
            "Half of our staff is new every two years, so we start over each time.",
            "Our induction says nothing about the community that our students come from.",
        ),
        "es": (
            "Los maestros nuevos reciben una carpeta y después quedan solos.",
            "Quien empieza su primer año necesita un mentor con tiempo.",
            "La mitad del personal es nuevo cada dos años y volvemos a empezar.",
            "La inducción de los docentes nuevos no habla de la comunidad.",
        ),
    },
    "honest talk about bias": {
        "en": (
            "We avoid talking about race because nobody wants to say the wrong thing.",
            "Examining our own bias feels risky in front of the whole staff.",
            "People are polite, and nobody questions the assumptions in what we say about kids.",
            "A book study opened an honest conversation about our own prejudices.",
        ),
        "es": (
            "Evitamos hablar de raza porque nadie quiere equivocarse.",
            "Mirar nuestros propios prejuicios da miedo delante de todo el personal.",
            "Somos amables y nadie cuestiona los supuestos sobre los alumnos.",
            "Leer un libro juntos abrió una conversación honesta sobre nuestros sesgos.",
        ),
    },
    "data": {
        "en": (
            "We have plenty of data and no habit of asking questions of it.",
            "Data meetings end with a color chart and no decision.",
            "Looking at reading scores by group showed a gap that we had not seen.",
            "Attendance data reaches us too late to do anything.",
        ),
        "es": (
            "Tenemos muchos datos y no sabemos qué preguntarles.",
            "Las reuniones de datos terminan en una gráfica y sin decisión.",
            "Ver los resultados de lectura por grupo mostró una brecha que no conocíamos.",
            "Los datos de asistencia nos llegan demasiado tarde.",
        ),
    },
    "advanced courses": {
        "en": (
            "Algebra in eighth grade is open only to students whose parents ask for it.",
            "Placement into honors depends on one teacher's recommendation.",
            "Few Latino students end up in Advanced Placement classes.",
            "We stopped using a single test to decide who is gifted.",
        ),
        "es": (
            "A las clases avanzadas entran solo los alumnos cuyos padres lo piden.",
            "La recomendación de un solo maestro decide quién toma cursos de honores.",
            "Pocos estudiantes latinos llegan a los cursos avanzados.",
            "Dejamos de usar un solo examen para decidir quién entra al programa de talentos.",
        ),
    },
}
