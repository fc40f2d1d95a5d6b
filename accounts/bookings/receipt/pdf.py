"""A sheet as a PDF, with our own fonts. The same sheet gives the same bytes."""

from __future__ import annotations

import logging
import unicodedata
from collections.abc import Container
from pathlib import Path

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from fpdf import FPDF
from fpdf.enums import XPos, YPos
from fpdf.fonts import TTFFont

from accounts.bookings.receipt.sheet import Sheet, Sum

# Each file would tell of every glyph that it leaves out.
logging.getLogger("fontTools").setLevel(logging.WARNING)

FONTS = Path(__file__).resolve().parent.parent / "fonts"
# Millimetres on a US letter sheet; sizes of type in points.
MARGIN, WIDTH = 22, 215.9 - 2 * 22
AMOUNT = 42
Color = tuple[int, int, int]
NAVY, INK, MUTED = (20, 33, 61), (29, 36, 51), (91, 100, 117)
LINE, GOLD = (221, 211, 192), (169, 129, 47)
UNKNOWN = "?"


def render_pdf(sheet: Sheet) -> bytes:
    """The file's bytes. A letter that our fonts do not have becomes its plain form, or "?"."""
    paper = _Paper(sheet)
    paper.head()
    paper.people()
    for section in sheet.sections:
        paper.section(section.title)
        for text in section.texts:
            paper.text(text)
        paper.sums(section.sums)
    return bytes(paper.pdf.output())


class _Paper:
    """A letter sheet that is written from top to bottom."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.pdf = pdf = FPDF(format="letter")
        pdf.set_creation_date(sheet.made_at)
        pdf.set_title(f"{sheet.title} {sheet.code}")
        pdf.set_author("ToteTaxi")
        pdf.set_lang(get_language() or "en")
        pdf.set_margins(MARGIN, MARGIN)
        pdf.c_margin = 0
        pdf.set_auto_page_break(auto=True, margin=MARGIN - 6)
        pdf.add_font("Inter", "", FONTS / "inter-400.ttf")
        pdf.add_font("Inter", "B", FONTS / "inter-600.ttf")
        pdf.add_font("Fraunces", "", FONTS / "fraunces-480.ttf")
        pdf.add_page()

    def head(self) -> None:
        """Our name, what this is, its number and day."""
        pdf, sheet = self.pdf, self.sheet
        self._font("Fraunces", "", 22, NAVY)
        pdf.cell(WIDTH, 10, "ToteTaxi", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        pdf.set_draw_color(*GOLD)
        pdf.set_line_width(0.6)
        pdf.line(MARGIN, pdf.get_y() + 2, MARGIN + 16, pdf.get_y() + 2)
        pdf.ln(9)
        self._font("Fraunces", "", 26, NAVY)
        title = self._known(f"{sheet.title} {sheet.code}")
        pdf.cell(WIDTH, 12, title, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        for words in sheet.lead:
            self.text(words, color=MUTED)

    def people(self) -> None:
        """From us to them, side by side."""
        top = self.pdf.get_y() + 6
        bottom = max(
            self._column(MARGIN, top, _("From"), self.sheet.from_lines),
            self._column(MARGIN + WIDTH / 2, top, _("To"), self.sheet.to_lines),
        )
        self.pdf.set_xy(MARGIN, bottom)

    def section(self, title: str) -> None:
        """A heading with the room above it."""
        self.pdf.ln(6)
        self._font("Fraunces", "", 14, NAVY)
        known = self._known(title)
        self.pdf.cell(WIDTH, 9, known, new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def text(self, words: str, *, color: Color = INK, size: float = 10) -> None:
        """A paragraph."""
        self._font("Inter", "", size, color)
        known = self._known(words)
        self.pdf.multi_cell(WIDTH, 5.4, known, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def sums(self, rows: list[Sum]) -> None:
        """Lines with their amounts at the right, ruled."""
        for row in rows:
            self._sum(row)

    def _sum(self, row: Sum) -> None:
        pdf = self.pdf
        if pdf.will_page_break(13):
            pdf.add_page()
        pdf.set_draw_color(*(NAVY if row.is_strong else LINE))
        pdf.set_line_width(0.25)
        pdf.line(MARGIN, pdf.get_y(), MARGIN + WIDTH, pdf.get_y())
        pdf.ln(1.4)
        top = pdf.get_y()
        self._font("Inter", "B" if row.is_strong else "", 10, NAVY if row.is_strong else INK)
        pdf.set_x(MARGIN + WIDTH - AMOUNT)
        pdf.cell(AMOUNT, 5.4, self._known(row.amount), align="R")
        pdf.set_xy(MARGIN, top)
        label = self._known(row.label)
        room = WIDTH - AMOUNT
        pdf.multi_cell(room, 5.4, label, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        if row.note:
            self._font("Inter", "", 8.5, MUTED)
            note = self._known(row.note)
            pdf.multi_cell(room, 4.6, note, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        pdf.ln(1.4)

    def _column(self, left: float, top: float, title: str, lines: list[str]) -> float:
        """A short list under its title; answers where it ends."""
        pdf = self.pdf
        pdf.set_xy(left, top)
        self._font("Inter", "", 8.5, MUTED)
        pdf.cell(WIDTH / 2, 5, self._known(title))
        pdf.set_xy(left, top + 5)
        self._font("Inter", "", 10, INK)
        for line in lines:
            known = self._known(line)
            pdf.multi_cell(WIDTH / 2 - 4, 5.4, known, align="L", new_x=XPos.LEFT, new_y=YPos.NEXT)
        return pdf.get_y()

    def _font(self, family: str, style: str, size: float, color: Color) -> None:
        self.pdf.set_font(family, style, size)
        self.pdf.set_text_color(*color)

    def _known(self, text: str) -> str:
        """The text in letters that the fonts have; all three have the same ones."""
        font = self.pdf.fonts["inter"]
        letters: Container[int] = font.cmap if isinstance(font, TTFFont) else ()
        return "".join(_known_letter(letter, letters) for letter in text)


def _known_letter(letter: str, letters: Container[int]) -> str:
    """The letter; else without its accent, as in "o" for "ő"; else UNKNOWN."""
    if ord(letter) in letters:
        return letter
    plain = [part for part in unicodedata.normalize("NFKD", letter) if ord(part) in letters]
    return "".join(plain) or ("" if unicodedata.combining(letter) else UNKNOWN)
