"""Reports as docx, to be edited further; letters come from the reader's own fonts, as Word expects."""

import io
import re
from datetime import UTC
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from cockpit.report.block import Bars, Block, Facts, Grades, Heading, Report, Table, Text
from cockpit.report.picture import picture

# Those every Chinese Windows and WPS has; others put their own in their place.
LATIN, HAN = "Arial", "微软雅黑"
SOFT = RGBColor(0x5B, 0x6A, 0x80)
ROOM_MM = 174
# What XML cannot hold.
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def as_docx(report: Report) -> bytes:
    """Return the report as a docx of A4 pages, each with its line and number at the foot."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(18)
    section.top_margin = section.bottom_margin = Mm(18)
    for name in ("Normal", "Title", "Heading 1"):
        _font(document.styles[name])
    normal: Any = document.styles["Normal"]
    normal.font.size = Pt(10.5)
    properties = document.core_properties
    properties.title, properties.subject, properties.author = report.title, report.subtitle, ""
    properties.comments = ""
    properties.created = properties.modified = report.made_at.astimezone(UTC).replace(tzinfo=None)
    document.add_heading(_clean(report.title), 0)
    _small(document.add_paragraph(), report.subtitle)
    for block in report.blocks:
        _write(document, block)
    _foot(section, report.line)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _clean(text: str) -> str:
    return CONTROL.sub("", text)


def _font(style: Any) -> None:
    style.font.name = LATIN
    style.font.color.rgb = RGBColor(0x1B, 0x24, 0x30)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        fonts.attrib.pop(qn(name), None)
    fonts.set(qn("w:eastAsia"), HAN)


def _small(paragraph: Any, text: str) -> None:
    run = paragraph.add_run(_clean(text))
    run.font.size, run.font.color.rgb = Pt(9), SOFT


def _write(document: Any, block: Block) -> None:
    match block:
        case Heading():
            document.add_heading(_clean(block.text), 1)
        case Text():
            if block.is_small:
                _small(document.add_paragraph(), block.text)
            else:
                document.add_paragraph(_clean(block.text))
        case Facts():
            _facts(document, block)
        case Table():
            _table(document, block)
        case Bars() | Grades():
            document.add_picture(io.BytesIO(picture(block)), width=Mm(ROOM_MM))
            # Screen readers say what is drawn.
            document.inline_shapes[-1]._inline.docPr.set("descr", block.title)


def _cells(row: Any, texts: tuple[str, ...], widths: tuple[float, ...], numbers: frozenset[int]) -> None:
    for at, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
        cell.width = Mm(ROOM_MM * widths[at])
        paragraph = cell.paragraphs[0]
        form = paragraph.paragraph_format
        # Room of its own above and below: letters of another font than Word's would be cut off at the rule.
        form.space_before = form.space_after = Pt(3)
        form.line_spacing = 1.0
        paragraph.add_run(_clean(text)).font.size = Pt(9)
        if at in numbers:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _grid(document: Any, widths: tuple[float, ...]) -> Any:
    """Add an empty table of ruled columns; each cell bears its width again, which Word reads, others the column's."""
    table = document.add_table(0, len(widths))
    table.style = "Table Grid"
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(ROOM_MM * width)
    return table


def _facts(document: Any, block: Facts) -> None:
    widths = (0.16, 0.34, 0.16, 0.34)
    table = _grid(document, widths)
    for at in range(0, len(block.values), 2):
        pair = [*block.values[at : at + 2], ("", "")][:2]
        texts = tuple(text for one in pair for text in one)
        _cells(table.add_row(), texts, widths, frozenset())
    document.add_paragraph()


def _table(document: Any, block: Table) -> None:
    table = _grid(document, block.widths)
    for texts in (block.columns, *block.rows):
        _cells(table.add_row(), texts, block.widths, block.numbers)
    head = table.rows[0]
    for cell in head.cells:
        cell.paragraphs[0].runs[0].font.bold = True
    # Repeated on each page.
    head._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    document.add_paragraph()


def _foot(section: Any, line: str) -> None:
    paragraph = section.footer.paragraphs[0]
    _small(paragraph, f"{line}　第 ")
    run = paragraph.add_run()
    run.font.size, run.font.color.rgb = Pt(9), SOFT
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.text = text
        run._r.append(mark)
    _small(paragraph, " 页")
