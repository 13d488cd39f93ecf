"""The camera report as PDF, for whoever prints it or mails it. IO; needs fpdf2, an extra."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from stage.errors import InputError
from tools.takes.post.report import Report, Table

FONTS = (
    "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
    "/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/System/Library/Fonts/Supplemental/Arial Unicode.ttf",
)
"""Fonts of the usual systems: the first that is there writes, the others help out with scripts that it lacks."""
BUILT_IN = "Helvetica"
MISSING = "?"
TITLE_PT, HEAD_PT, TEXT_PT = 18, 13, 9


def available() -> bool:
    """Whether PDFs can be written here."""
    try:
        import fpdf  # noqa: F401
    except ImportError:
        return False
    return True


def write_pdf(reports: Sequence[Report], path: Path) -> None:
    """Each report begins a page. Characters that no font of this machine has are `?`, and the last line says so. Raises
    InputError where fpdf2 is not installed."""
    try:
        from fpdf import FPDF
    except ImportError as error:
        remedy = "Install it: pip install 'openstage[report]'; the HTML report is the same"
        raise InputError(str(path), "", "a PDF needs fpdf2", remedy) from error
    pdf = FPDF(format="A4")
    pdf.set_auto_page_break(True, margin=15)
    letters = _Letters(pdf)
    for report in reports:
        pdf.add_page()
        pdf.set_font(letters.family, size=TITLE_PT)
        pdf.multi_cell(0, 9, letters.known(report.title), new_x="LMARGIN", new_y="NEXT")
        for table in report.tables:
            _table(pdf, table, letters)
    if letters.lost:
        pdf.multi_cell(0, 5, "? stands for letters that no font of this machine has; report.html shows them.")
    pdf.output(str(path))


class _Letters:
    """The fonts of this machine; counts the letters that none has."""

    def __init__(self, pdf: Any) -> None:
        self.lost = 0
        self._maps: list[set[int]] = []
        names = []
        for number, path in enumerate(path for path in FONTS if Path(path).is_file()):
            pdf.add_font(f"font{number}", fname=path)
            names.append(f"font{number}")
            self._maps.append(set(pdf.fonts[f"font{number}"].cmap))
        self.family = names[0] if names else BUILT_IN
        pdf.set_fallback_fonts(names[1:])

    def known(self, text: str) -> str:
        """The text, with `?` for what cannot be written."""
        return "".join(self._letter(letter) for letter in text)

    def _letter(self, letter: str) -> str:
        there = any(ord(letter) in known for known in self._maps) if self._maps else letter.isascii()
        if there or letter == "\n":
            return letter
        self.lost += 1
        return MISSING


def _table(pdf: Any, table: Table, letters: _Letters) -> None:
    pdf.ln(3)
    if table.title:
        pdf.set_font(letters.family, size=HEAD_PT)
        pdf.multi_cell(0, 7, table.title, new_x="LMARGIN", new_y="NEXT")
    pdf.set_font(letters.family, size=TEXT_PT)
    if not table.rows:
        pdf.multi_cell(0, 5, "None.", new_x="LMARGIN", new_y="NEXT")
        return
    with pdf.table(first_row_as_headings=False, line_height=5, text_align="LEFT") as drawn:
        for cells in ([table.head] if table.head else []) + list(table.rows):
            row = drawn.row()
            for cell in cells:
                row.cell(letters.known(cell))
