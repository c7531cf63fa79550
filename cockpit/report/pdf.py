"""Reports as PDF, laid out by ReportLab; the font is part of the file, so that every reader shows the Chinese."""

import io
from html import escape
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Image, KeepTogether, Paragraph, SimpleDocTemplate, Spacer
from reportlab.platypus import Table as Grid

from cockpit.report.block import Bars, Block, Facts, Grades, Heading, Report, Table, Text
from cockpit.report.font import PATH
from cockpit.report.picture import WIDTH as PIXELS
from cockpit.report.picture import picture

FONT = "cockpit-sans"
MARGIN = 18 * mm
ROOM = A4[0] - 2 * MARGIN
INK, SOFT, LINE, HEAD = (HexColor(code) for code in ("#1b2430", "#5b6a80", "#c9d1dc", "#eef2f7"))


def _style(name: str, size: float, **more: Any) -> ParagraphStyle:
    return ParagraphStyle(
        name, fontName=FONT, fontSize=size, leading=size * 1.5, wordWrap="CJK", textColor=INK, **more
    )


BODY = _style("body", 10, spaceAfter=4)
CELL = _style("cell", 9)
NUMBER = ParagraphStyle("number", CELL, alignment=TA_RIGHT)
NOTE = ParagraphStyle("note", _style("note", 8.5, spaceAfter=3), textColor=SOFT)
TITLE = _style("title", 18, spaceAfter=2)
HEADING = _style("heading", 13, spaceBefore=10, spaceAfter=4)


def as_pdf(report: Report) -> bytes:
    """Return the report as a PDF of A4 pages, each with its line and number at the foot."""
    if FONT not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont(FONT, str(PATH)))
    buffer = io.BytesIO()
    document = SimpleDocTemplate(
        buffer,
        pagesize=A4,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=MARGIN,
        bottomMargin=MARGIN + 6 * mm,
        title=report.title,
        subject=report.subtitle,
        lang="zh-CN",
    )

    def foot(canvas: Any, _document: Any) -> None:
        canvas.setFont(FONT, 8)
        canvas.setFillColor(SOFT)
        canvas.drawString(MARGIN, MARGIN, report.line)
        canvas.drawRightString(A4[0] - MARGIN, MARGIN, f"第 {canvas.getPageNumber()} 页")

    story: list[Any] = [_text(report.title, TITLE), _text(report.subtitle, NOTE), Spacer(1, 6)]
    held: list[Any] = []
    for block in report.blocks:
        # A heading stays with what it is of.
        if isinstance(block, Heading):
            held = _flowables(block)
            continue
        drawn = _flowables(block)
        story += [KeepTogether([*held, drawn[0]]), *drawn[1:]] if held else drawn
        held = []
    document.build([*story, *held], onFirstPage=foot, onLaterPages=foot)
    return buffer.getvalue()


def _text(text: str, style: ParagraphStyle) -> Paragraph:
    return Paragraph(escape(text).replace("\n", "<br/>"), style)


def _flowables(block: Block) -> list[Any]:
    match block:
        case Heading():
            return [_text(block.text, HEADING)]
        case Text():
            return [_text(block.text, NOTE if block.is_small else BODY)]
        case Facts():
            return [_facts(block), Spacer(1, 6)]
        case Table():
            return [_table(block), Spacer(1, 6)]
        case Bars() | Grades():
            drawn = Image(io.BytesIO(picture(block)), lazy=0)
            drawn.drawHeight *= ROOM / PIXELS
            drawn.drawWidth = ROOM
            return [drawn, Spacer(1, 4)]


def _facts(block: Facts) -> Grid:
    cells = [[_text(name, NOTE), _text(value, CELL)] for name, value in block.values]
    halves = [
        [*cells[at], *(cells[at + 1] if at + 1 < len(cells) else ("", ""))] for at in range(0, len(cells), 2)
    ]
    return Grid(
        halves or [["", "", "", ""]],
        colWidths=[ROOM * share for share in (0.16, 0.34, 0.16, 0.34)],
        style=[("VALIGN", (0, 0), (-1, -1), "TOP"), ("LINEBELOW", (0, 0), (-1, -1), 0.4, LINE)],
    )


def _table(block: Table) -> Grid:
    def row(texts: tuple[str, ...]) -> list[Paragraph]:
        return [_text(text, NUMBER if at in block.numbers else CELL) for at, text in enumerate(texts)]

    return Grid(
        [row(block.columns), *(row(one) for one in block.rows)],
        colWidths=[ROOM * share for share in block.widths],
        repeatRows=1,
        style=[
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("BACKGROUND", (0, 0), (-1, 0), HEAD),
            ("GRID", (0, 0), (-1, -1), 0.4, LINE),
            ("LEFTPADDING", (0, 0), (-1, -1), 4),
            ("RIGHTPADDING", (0, 0), (-1, -1), 4),
            ("TOPPADDING", (0, 0), (-1, -1), 2),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
        ],
    )
