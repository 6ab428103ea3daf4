"""The codes of the tool. They never change; what they are called, a version's wording says."""

from itertools import product
from typing import NamedTuple

from django.db import models
from django.utils.translation import gettext_lazy as _


class Context(models.TextChoices):
    """Where professional learning happens: the rows of the grid, in the tool's order."""

    INDIVIDUAL = "individual", _("Individual learning")
    TEAM = "team", _("Team learning")
    WHOLE_SCHOOL = "whole_school", _("Whole-school learning")


class ContentArea(models.TextChoices):
    """What professional learning is about: the columns of the grid, in the tool's order."""

    BELIEFS = "beliefs", _("Beliefs")
    PRACTICES = "practices", _("Practices")
    SYSTEMS = "systems", _("Systems")


class CellCode(NamedTuple):
    """One context × one content area."""

    context: Context
    content_area: ContentArea

    def __str__(self) -> str:
        return f"{self.context}.{self.content_area}"


CELLS: tuple[CellCode, ...] = tuple(CellCode(*pair) for pair in product(Context, ContentArea))
CELL_CODES: tuple[str, ...] = tuple(map(str, CELLS))


class OpportunityLevel(models.IntegerChoices):
    """How settled the opportunities of a cell are. Ninefold's own addition; null is "not sure"."""

    NONE_YET = 0, _("None yet")
    BY_CHANCE = 1, _("By chance")
    NOW_AND_THEN = 2, _("Now and then")
    REGULARLY = 3, _("Regularly")
    BUILT_IN = 4, _("Built into how we work")


class Reach(models.TextChoices):
    """How many educators the opportunities of a cell reach."""

    NOBODY = "nobody", _("Nobody yet")
    FEW = "few", _("A few")
    HALF = "half", _("About half")
    MOST = "most", _("Most")
    EVERYONE = "everyone", _("Everyone")


class Offer(models.TextChoices):
    """What a school has to give to others for a cell, or hopes to find."""

    OFFERING = "offering", _("We could show this to another school")
    SEEKING = "seeking", _("We are looking for an example")


class Disposition(models.TextChoices):
    """What became of last year's improvement of a cell. Asked anew each year, never copied."""

    DONE = "done", _("Done")
    UNDER_WAY = "under_way", _("Under way")
    DROPPED = "dropped", _("Dropped")
    REPLACED = "replaced", _("Replaced by something else")


class Quoting(models.TextChoices):
    """Whether a school's words may be quoted to other schools of its district."""

    NEVER = "never", _("Never")
    UNNAMED = "unnamed", _("Without our school's name")
    NAMED = "named", _("With our school's name")
