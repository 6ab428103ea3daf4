"""Static files as production sends them: each under one name, so that no script runs twice."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "config.static_files.StaticFilesStorage"},
}
_IMPORT = re.compile(r'(?:from|import)\s*"\./([^"]+)"')


@pytest.fixture
def collected(settings: Any, tmp_path: Path) -> Path:
    """What `collectstatic` makes of them."""
    settings.STORAGES, settings.STATIC_ROOT = STORAGES, str(tmp_path)
    call_command("collectstatic", interactive=False, verbosity=0)
    return tmp_path


def test_what_a_script_imports_has_the_name_by_which_pages_link_it(collected: Path) -> None:
    names = json.loads((collected / "staticfiles.json").read_text(encoding="utf-8"))["paths"]
    ours = [name for path, name in names.items() if re.fullmatch(r"ninefold/\w+\.js", path)]

    imported = {
        f"ninefold/{target}"
        for name in ours
        for target in _IMPORT.findall((collected / name).read_text(encoding="utf-8"))
    }

    assert imported - set(ours) == set()
    assert {"saving", "drafts"} <= {re.split(r"[/.]", name)[1] for name in imported}
