"""What every row that belongs to a district has in common."""

from django.db import models
from uuid_utils.compat import uuid7

from schools.models.district import District


class DistrictRow(models.Model):
    """A row inside one district.

    Its table is locked by `schools.row_level_security.LockTenantTable`: the primary key becomes
    (district_id, id) and references to other rows carry the district, so that no row can point
    into another district. Foreign keys between such models therefore say `db_constraint=False`:
    the composite key stands in for Django's own.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    district = models.ForeignKey(
        District, on_delete=models.PROTECT, related_name="+", db_index=False, editable=False
    )

    class Meta:
        abstract = True
