"""A tenant table's primary key is (district_id, id), though Django knows of `id` alone.

Django would therefore group by `id` only and rely on PostgreSQL to infer the other columns, which
it can do from a whole primary key only. Grouping by every column is right for both kinds of table.
"""

from django.db.backends.postgresql import base, features


class DatabaseFeatures(features.DatabaseFeatures):
    """What this database can do."""

    allows_group_by_selected_pks = False


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's PostgreSQL connection with those features."""

    features_class = DatabaseFeatures
