"""Reports made offline: one list of blocks, written as docx or pdf; Chinese shows on machines without fonts."""

from cockpit.report.block import Bars, Block, Facts, Grades, Heading, Report, Table, Text
from cockpit.report.pdf import as_pdf
from cockpit.report.word import as_docx

__all__ = [
    "WRITERS",
    "Bars",
    "Block",
    "Facts",
    "Grades",
    "Heading",
    "Report",
    "Table",
    "Text",
    "as_docx",
    "as_pdf",
]

WRITERS = {"docx": as_docx, "pdf": as_pdf}
