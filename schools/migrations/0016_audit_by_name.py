"""The audit log is searched by parts of names (schools/audit_search.py), never by an actor's id."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Two indexes for one."""

    dependencies: ClassVar = [("schools", "0015_break_glass")]
    operations: ClassVar = [
        migrations.RemoveIndex(model_name="auditentry", name="audit_by_actor"),
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(fields=["district", "actor_name", "id"], name="audit_by_who"),
        ),
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(fields=["district", "object_name", "id"], name="audit_by_about"),
        ),
    ]
