"""PDFs as a program reads them: their words, their structure, what they say of themselves."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from pypdf import PdfReader
from pypdf.generic import DictionaryObject


def read(pdf: bytes) -> PdfReader:
    """The document."""
    return PdfReader(BytesIO(pdf))


def pages_of(pdf: bytes) -> list[str]:
    """The text of each page."""
    return [page.extract_text() for page in read(pdf).pages]


def text_of(pdf: bytes) -> str:
    """All its text, and what stands in its title."""
    document = read(pdf)
    title = document.metadata.title if document.metadata else ""
    return "\n".join([title or "", *(page.extract_text() for page in document.pages)])


def solid(text: str) -> str:
    """Without any white space, wherever its lines were broken."""
    return "".join(text.replace("\u200b", "").split())


def tags_of(pdf: bytes) -> Iterator[DictionaryObject]:
    """The elements of its structure, in the order in which they are read."""
    root: Any = read(pdf).trailer["/Root"]
    yield from _below(root["/StructTreeRoot"])


def _below(element: Any) -> Iterator[DictionaryObject]:
    children = element.get("/K", [])
    for child in children if isinstance(children, list) else [children]:
        found = child.get_object()
        if isinstance(found, DictionaryObject) and "/S" in found:
            yield found
            yield from _below(found)
