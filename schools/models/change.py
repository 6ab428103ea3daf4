"""What happened to a district's rows, in the order in which it became true."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from schools.models.district import District
from schools.models.tenant import DistrictRow
from schools.querysets import ChangeQuerySet


class Change(DistrictRow):
    """One row of one resource was created, updated or deleted. Holds keys, never words.

    Only triggers write it (`schools.change_triggers`), in the transaction of the change itself, so
    that nothing goes past it. It outlives what it speaks of: its keys are no references.
    """

    class Operation(models.TextChoices):
        """What was done."""

        CREATED = "created", _("Created")
        UPDATED = "updated", _("Updated")
        DELETED = "deleted", _("Deleted")
        # Not a change: up to here changes were removed, because they had become too old.
        FORGOTTEN = "forgotten", _("Forgotten up to here")

    id = models.BigAutoField(primary_key=True)  # type: ignore[assignment]  # the order
    # A check of the district for every change would cost a save more than the change itself.
    district = models.ForeignKey(
        District, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    resource = models.CharField(max_length=20)
    row_id = models.UUIDField()
    operation = models.CharField(max_length=9, choices=Operation)
    school = models.UUIDField(null=True)
    cycle = models.UUIDField(null=True)
    school_year = models.PositiveSmallIntegerField(null=True)
    code = models.CharField(max_length=40, blank=True, default="")
    number = models.PositiveIntegerField(null=True)
    # Of what was deleted: nobody can look it up any more.
    nces_schid = models.CharField(max_length=12, null=True, blank=True)  # noqa: DJ001
    transaction = models.BigIntegerField()
    changed_at = models.DateTimeField()

    objects = ChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        indexes: ClassVar = [
            models.Index(fields=["district", "transaction", "id"], name="changes_in_order"),
            models.Index(
                fields=["district", "row_id"],
                condition=models.Q(operation="deleted"),
                name="deletions_by_row",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.resource} {self.row_id} {self.operation}"
