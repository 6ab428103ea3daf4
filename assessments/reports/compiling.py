"""Compile one template to a PDF: a program of its own, which `typesetting` starts.

Apart from the web server because typst keeps what it laid out in memory for good, and because a
long report keeps a processor busy for a second or more. Data comes in by the standard input, the
PDF leaves by the standard output; 3 says that typst refused, for which the reason follows.
"""

import sys
from pathlib import Path

import typst

FOLDER = Path(__file__).resolve().parent
REFUSED = 3


def main(template: str) -> int:
    """Read the data, write the PDF."""
    data = sys.stdin.buffer.read().decode()
    try:
        pdf = typst.compile(
            FOLDER / template,
            root=FOLDER,
            # Those inside the wheel alone, so that a report looks the same wherever it is made.
            font_paths=typst.Fonts(include_system_fonts=False),
            ignore_system_fonts=True,
            sys_inputs={"data": data},
            pdf_standards="ua-1",
        )
    except typst.TypstError as refused:
        sys.stderr.write(refused.diagnostic)
        return REFUSED
    sys.stdout.buffer.write(pdf)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
