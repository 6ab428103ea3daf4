"""Which columns of a district hold what people wrote, and which hold names and codes.

Read from the models: a new column of text holds words until it has its line here.
"""

from typing import Any, Final

from schools.tenancy import district_scope
from tests.architecture.test_sweep_is_whole import COLUMNS_WITHOUT_WORDS, columns_of_words
from tests.architecture.two_districts import Side

# How a district's things are called, and by whom: no school has written it.
NAMES: Final = {
    "AuditEntry.actor_name",
    "AuditEntry.object_name",
    "Identity.subject",
    "School.city",
    "School.group",
    "School.name",
    "SignOnProvider.certificate",
    "SignOnProvider.client_id",
    "SignOnProvider.issuer",
    "SignOnProvider.name",
    "SignOnProvider.sso_address",
    "SignOnProvider.tenant",
    "Webhook.description",
    "Webhook.url",
}
# Copies of what was answered, in which the other columns' words are found all the same; the names
# of schools beside their figures; what speaks of what was done.
COPIES: Final = {
    *("KeptAnswer.body", "KeptAnswer.headers", "KeptAnswer.key", "KeptAnswer.request"),
    *("AuditEntry.details", "DashboardSnapshot.heatmap"),
}
NOT_WRITTEN: Final = NAMES | COPIES | COLUMNS_WITHOUT_WORDS


def written_columns() -> set[str]:
    """The columns in which somebody's words stand."""
    return {f"{m.__name__}.{f.name}" for m, f in columns_of_words()} - NOT_WRITTEN


def words_of(side: Side) -> dict[str, set[str]]:
    """What was written in the side's district, by column; names that stand in it left out."""
    with district_scope(side.district.pk):
        said = {
            f"{model.__name__}.{field.name}": {
                text
                for value in model.objects.values_list(field.name, flat=True)
                for text in _texts(value)
                if side.word in text
            }
            for model, field in columns_of_words()
        }
    names = {text for column in NAMES for text in said[column]}
    return {column: said[column] - names for column in written_columns()}


def _texts(value: Any) -> list[str]:
    """The texts in it, however deep."""
    if isinstance(value, dict):
        return [said for each in value.values() for said in _texts(each)]
    if isinstance(value, list):
        return [said for each in value for said in _texts(each)]
    return [value] if isinstance(value, str) else []
