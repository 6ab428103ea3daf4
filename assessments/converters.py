"""How the codes of the tool are written in an address: `whole-school` for `whole_school`."""

from django.conf import settings

from assessments.instrument import ContentArea, Context


class ContextConverter:
    """A context of the grid; anything else is no address."""

    regex = "|".join(context.replace("_", "-") for context in Context.values)

    def to_python(self, value: str) -> Context:
        """The code."""
        return Context(value.replace("-", "_"))

    def to_url(self, value: str) -> str:
        """The code as an address has it."""
        return str(value).replace("_", "-")


class ContentAreaConverter:
    """A content area of the grid."""

    regex = "|".join(ContentArea.values)

    def to_python(self, value: str) -> ContentArea:
        """The code."""
        return ContentArea(value)

    def to_url(self, value: str) -> str:
        """The code as it is."""
        return str(value)


class SchoolYearConverter:
    """A school year, by the calendar year in which it ends."""

    regex = "20[0-9]{2}"

    def to_python(self, value: str) -> int:
        """The year."""
        return int(value)

    def to_url(self, value: int) -> str:
        """The year."""
        return str(value)


class LanguageConverter:
    """A language that the product speaks."""

    regex = "|".join(code for code, _name in settings.LANGUAGES)

    def to_python(self, value: str) -> str:
        """The code."""
        return value

    def to_url(self, value: str) -> str:
        """The code."""
        return value
