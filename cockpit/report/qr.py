"""QR codes: one as a drawing, or many as a sheet to print, cut and put up."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import segno
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from cockpit.report.font import PATH
from cockpit.report.pdf import FONT, INK, LINE, MARGIN, SOFT

COLUMNS, ROWS = 2, 4
WIDTH, HEIGHT = (A4[0] - 2 * MARGIN) / COLUMNS, (A4[1] - 2 * MARGIN) / ROWS
CODE, PAD = 48 * mm, 4 * mm
# A quarter may be covered by dirt: a code hangs outside for years.
ERROR = "q"


@dataclass(frozen=True)
class Card:
    """One code to print: the place, what it lies in, and the address."""

    name: str
    inside: str
    url: str


@lru_cache(maxsize=256)
def drawn(url: str) -> str:
    """Return a code as SVG of dark modules on white, with the empty border that readers need."""
    made = segno.make(url, micro=False, error=ERROR)
    return str(made.svg_inline(scale=6, border=4, dark="#000", light="#fff"))


def sheet(title: str, hint: str, cards: Sequence[Card]) -> bytes:
    """Return a PDF of A4 pages with eight cards each, every one with its name, code, hint and address."""
    if FONT not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont(FONT, str(PATH)))
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4, pageCompression=1)
    canvas.setTitle(title)
    for at, card in enumerate(cards):
        place = at % (COLUMNS * ROWS)
        if at and not place:
            canvas.showPage()
        left = MARGIN + place % COLUMNS * WIDTH
        bottom = A4[1] - MARGIN - (place // COLUMNS + 1) * HEIGHT
        _card(canvas, card, hint, left, bottom)
    canvas.save()
    return buffer.getvalue()


def _card(canvas: Any, card: Card, hint: str, left: float, bottom: float) -> None:
    canvas.setStrokeColor(LINE)
    canvas.setDash(2, 2)
    canvas.rect(left, bottom, WIDTH, HEIGHT)
    canvas.setDash()
    room = WIDTH - CODE - 2 * PAD
    _modules(canvas, card.url, left + PAD / 2, bottom + (HEIGHT - CODE) / 2)
    beside, top = left + CODE + PAD, bottom + HEIGHT - 16 * mm
    canvas.setFillColor(INK)
    top = _lines(canvas, card.name, 13, room, beside, top)
    canvas.setFillColor(SOFT)
    top = _lines(canvas, card.inside, 8, room, beside, top - 1 * mm)
    canvas.setFillColor(INK)
    top = _lines(canvas, hint, 9, room, beside, top - 3 * mm)
    canvas.setFillColor(SOFT)
    _lines(canvas, card.url, 5.5, room, beside, top - 3 * mm)


def _modules(canvas: Any, url: str, left: float, bottom: float) -> None:
    """Draw the dark modules of a code, those side by side in one."""
    matrix = segno.make(url, micro=False, error=ERROR).matrix
    # Four modules of nothing around it.
    size = CODE / (len(matrix) + 8)
    path = canvas.beginPath()
    for row, modules in enumerate(matrix):
        at = 0
        while at < len(modules):
            run = at
            while run < len(modules) and modules[run]:
                run += 1
            if run > at:
                low = bottom + (len(matrix) + 3 - row) * size
                path.rect(left + (at + 4) * size, low, (run - at) * size, size)
            at = run + 1
    canvas.setFillColor(INK)
    canvas.drawPath(path, stroke=0, fill=1)


def _lines(canvas: Any, text: str, size: float, room: float, left: float, top: float) -> float:
    """Write a text cut to lines of some width and return where the next begins."""
    canvas.setFont(FONT, size)
    line = ""
    for letter in text:
        if pdfmetrics.stringWidth(line + letter, FONT, size) > room:
            canvas.drawString(left, top, line)
            top, line = top - size * 1.4, ""
        line += letter
    canvas.drawString(left, top, line)
    return float(top - size * 1.4)
