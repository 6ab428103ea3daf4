"""How production names its static files."""

from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage

_IMPORTS = CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns[1]


class StaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Every file under a name that holds its hash, those that our scripts import too.

    Without this a module that is both linked and imported would be loaded, and run, twice.
    """

    # Ours alone: htmx's extensions speak in comments of files that are not there.
    patterns: Any = (*CompressedManifestStaticFilesStorage.patterns, ("ninefold/*.js", _IMPORTS))
