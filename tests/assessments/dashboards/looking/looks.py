"""What the schools say, a look at it, and what is stored then."""

from assessments.dashboards.looking import ask_to_look, look_for_themes
from assessments.models import Campaign, Excerpt, Theme, ThemeRun
from schools.models import District, Membership
from schools.tenancy import district_scope

TIME = (
    "Teachers have no common planning time during the school day.",
    "We need protected time to plan together every week.",
    "No hay tiempo para planificar juntos durante la jornada escolar.",
    "Our planning time is taken away for covering classes.",
)
FAMILIES = (
    "Families who speak Spanish are missing from our meetings.",
    "We hardly ever invite parents into our professional learning.",
    "Las familias no participan en nuestras reuniones de aprendizaje.",
    "Parents are not heard when we set goals.",
)
SCHOOLS = ("Lincoln", "Garfield", "Riverside", "Summit")


def look(campaign: Campaign, source: str = "reflections") -> None:
    look_for_themes(campaign.district_id, campaign.school_year, source)


def ask(campaign: Campaign, by: Membership, source: str = "reflections") -> None:
    with district_scope(campaign.district_id):
        ask_to_look(by=by, school_year=campaign.school_year, source=source)


def look_once_more(campaign: Campaign, by: Membership) -> None:
    ask(campaign, by)
    look(campaign)


def stored(district: District) -> dict[str, tuple[str, list[str]]]:
    """Themes by name: their state and their words."""
    with district_scope(district.pk):
        return {
            theme.name: (
                theme.status,
                sorted(e.said for e in theme.excerpts.standing().with_words()),
            )
            for theme in Theme.objects.all()
        }


def theme_with(district: District, words: str) -> Theme:
    with district_scope(district.pk):
        rows = Excerpt.objects.standing().with_words().filter(said=words)
        found: Theme = rows.select_related("theme").get().theme
        return found


def run_of(campaign: Campaign) -> ThemeRun:
    with district_scope(campaign.district_id):
        return ThemeRun.objects.get(school_year=campaign.school_year, source="reflections")
