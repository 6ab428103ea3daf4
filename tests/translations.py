"""Whether the product speaks Spanish throughout: `python -m tests.translations`.

Compares what the code says now with the catalogue, and prints what is missing, one line a string.
It writes nothing. `--write` brings the catalogue up to date: new strings come in untranslated, old
ones go, translations stay, and the compiled catalogue follows. A second run changes nothing.
"""

import ast
import gettext
import io
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.translation import templatize

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "locale" / "es" / "LC_MESSAGES" / "django.po"
COMPILED = CATALOGUE.with_suffix(".mo")

# Not the product, or not ours. Hidden folders are left out anyway.
LEFT_OUT = frozenset({"benchmarks", "docs", "node_modules", "staticfiles", "tests"})
CONTEXT_SEPARATOR = "\x04"
KEYWORDS = (
    "gettext_noop",
    "gettext_lazy",
    "ngettext_lazy:1,2",
    "pgettext:1c,2",
    "npgettext:1c,2,3",
    "pgettext_lazy:1c,2",
    "npgettext_lazy:1c,2,3",
)
STABLE = ("--no-location", "--no-wrap", "--sort-output")
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[a-z]|\{\w*\}")
# They change with every run or with the tool, and say nothing.
NOISY_HEADERS = re.compile(
    r'^"(POT-Creation-Date|Report-Msgid-Bugs-To|X-Generator): .*\n', re.MULTILINE
)


@dataclass
class Entry:
    """A string of the code and its translations: one, or one for each plural form."""

    context: str = ""
    source: str = ""
    plural: str = ""
    translations: list[str] = field(default_factory=list)
    is_fuzzy: bool = False
    is_obsolete: bool = False

    @property
    def key(self) -> str:
        """What it is looked up by."""
        return f"{self.context}{CONTEXT_SEPARATOR}{self.source}" if self.context else self.source

    @property
    def is_translated(self) -> bool:
        """Whether every form has its words."""
        return all(self.translations)

    @property
    def keeps_placeholders(self) -> bool:
        """Whether every form names what the source names; a singular may leave the number out."""
        allowed = [_placeholders(self.plural or self.source)]
        if self.plural:
            allowed.append(_placeholders(self.source))
        return all(_placeholders(text) in allowed for text in self.translations if text)

    def __str__(self) -> str:
        shown = " ".join(self.source.split())
        return f"“{shown}” ({self.context})" if self.context else f"“{shown}”"


def main() -> int:
    """Check, or write with `--write`; the exit code says whether all is well."""
    try:
        if "--write" in sys.argv[1:]:
            write()
        catalogue = CATALOGUE.read_text(encoding="utf-8")
        compiled = COMPILED.read_bytes() if COMPILED.exists() else b""
        problems = list(find_problems(extracted(), catalogue, compiled))
    except FileNotFoundError as missing:
        return _complain(f"{missing.filename} is missing; the programs come with gettext.")
    except subprocess.CalledProcessError as failed:
        return _complain(failed.stderr.decode())
    if problems:
        hint = f"Run `make fix`, then translate in {CATALOGUE.relative_to(ROOT)}."
        return _complain(*problems, hint)
    return 0


def find_problems(code: str, catalogue: str, compiled: bytes) -> Iterator[str]:
    """Why a reader of Spanish would meet English, or broken Spanish; nothing when all is well."""
    said = {entry.key: entry for entry in read(code) if entry.source}
    entries = [entry for entry in read(catalogue) if entry.source]
    known = {entry.key for entry in entries if not entry.is_obsolete}
    yield from (f"Not in the catalogue: {entry}" for key, entry in said.items() if key not in known)
    for entry in entries:
        yield from _problems_of(entry, said.get(entry.key))
    if _messages(compile_catalogue(catalogue)) != _messages(compiled):
        yield f"{COMPILED.relative_to(ROOT)} is not compiled from the catalogue as it stands."


def write() -> None:
    """Bring catalogue and compiled catalogue up to date."""
    catalogue = merge(extracted(), CATALOGUE.read_text(encoding="utf-8"))
    compiled = compile_catalogue(catalogue)
    CATALOGUE.write_text(catalogue, encoding="utf-8")
    COMPILED.write_bytes(compiled)


def merge(code: str, catalogue: str) -> str:
    """The catalogue with what the code says now: translations stay, new strings have none yet."""
    with tempfile.TemporaryDirectory() as folder:
        known, said = Path(folder) / "known.po", Path(folder) / "said.pot"
        known.write_text(catalogue, encoding="utf-8")
        said.write_text(code, encoding="utf-8")
        merged = _run("msgmerge", "--quiet", "--no-fuzzy-matching", *STABLE, str(known), str(said))
    tidy = _run("msgattrib", "--no-obsolete", *STABLE, "-", given=merged)
    return NOISY_HEADERS.sub("", tidy.decode())


def compile_catalogue(catalogue: str) -> bytes:
    """As Django reads it. Refused when a placeholder or a plural could not work at run time."""
    options = ("--check-format", "--check-header", "--output-file=-", "-")
    return _run("msgfmt", *options, given=catalogue.encode())


def extracted() -> str:
    """What code and templates say, as a catalogue without translations."""
    with tempfile.TemporaryDirectory() as folder:
        files = [str(_as_python(path, Path(folder))) for path in sources()]
        listed = Path(folder) / "files"
        listed.write_text("\n".join(files), encoding="utf-8")
        return _run(
            "xgettext",
            "--language=Python",
            "--from-code=UTF-8",
            "--add-comments=Translators",
            *STABLE,
            *(f"--keyword={keyword}" for keyword in KEYWORDS),
            f"--files-from={listed}",
            "--output=-",
        ).decode()


def sources() -> list[Path]:
    """Every file of the product that can hold a string for people."""
    folders = [path for path in sorted(ROOT.iterdir()) if path.is_dir() and _is_ours(path)]
    found = [path for folder in folders for path in sorted(folder.rglob("*")) if _is_ours(path)]
    python = [path for path in found if path.suffix == ".py"]
    templates = [path for path in found if path.suffix in {".html", ".txt"}]
    return python + [path for path in templates if "templates" in path.parts]


def read(text: str) -> Iterator[Entry]:
    """The entries of a catalogue."""
    for block in text.split("\n\n"):
        entry = Entry(is_fuzzy=bool(re.search(r"^#,.*\bfuzzy\b", block, re.MULTILINE)))
        entry.is_obsolete = block.lstrip().startswith("#~") or "\n#~" in block
        for keyword, value in _statements(block):
            if keyword == "msgctxt":
                entry.context = value
            elif keyword == "msgid":
                entry.source = value
            elif keyword == "msgid_plural":
                entry.plural = value
            else:
                entry.translations.append(value)
        yield entry


def _complain(*lines: str) -> int:
    sys.stderr.writelines(f"{line}\n" for line in lines)
    return 1


def _statements(block: str) -> Iterator[tuple[str, str]]:
    """Keyword and string, the lines of a long string joined."""
    lines = [line.removeprefix("#~ ") for line in block.splitlines()]
    text = "\n".join(line for line in lines if not line.startswith("#"))
    for keyword, strings in re.findall(r'^(msg[\w\[\]]+) ((?:".*"\n?)+)', text, re.MULTILINE):
        yield keyword, "".join(ast.literal_eval(line) for line in strings.splitlines())


def _problems_of(entry: Entry, said: Entry | None) -> Iterator[str]:
    if entry.is_obsolete or said is None:
        yield f"Obsolete, no code says it: {entry}"
    elif entry.is_fuzzy:
        yield f"Fuzzy, needs a look: {entry}"
    elif said.plural != entry.plural:
        yield f"Has another plural in the code: {entry}"
    elif not entry.is_translated:
        yield f"Not translated: {entry}"
    elif not entry.keeps_placeholders:
        yield f"Placeholders differ: {entry}"


def _placeholders(text: str) -> list[str]:
    return sorted(set(PLACEHOLDER.findall(text.replace("%%", ""))))


def _as_python(path: Path, folder: Path) -> Path:
    """The file itself; a template as Python in `folder`, which is what xgettext can read."""
    if path.suffix == ".py":
        return path
    copy = folder / f"{path.relative_to(ROOT)}.py"
    copy.parent.mkdir(parents=True, exist_ok=True)
    copy.write_text(templatize(path.read_text(encoding="utf-8"), origin=str(path)), "utf-8")
    return copy


def _is_ours(path: Path) -> bool:
    parts = path.relative_to(ROOT).parts
    return not any(part.startswith(".") or part in LEFT_OUT for part in parts)


def _messages(compiled: bytes) -> dict[object, str]:
    """What a compiled catalogue holds; the bytes around it differ from one gettext to the next."""
    if not compiled:
        return {}
    return gettext.GNUTranslations(io.BytesIO(compiled))._catalog  # type: ignore[attr-defined]


def _run(*command: str, given: bytes = b"") -> bytes:
    return subprocess.run(command, input=given, capture_output=True, check=True, cwd=ROOT).stdout


if __name__ == "__main__":
    raise SystemExit(main())
