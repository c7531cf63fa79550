"""Reports: what is in them can be read back, markup stays text, Chinese is drawn from the font within the file."""

import io
import re
import zipfile
from datetime import UTC, datetime

import pytest
from docx import Document
from PIL import Image

from cockpit.report import WRITERS, Bars, Facts, Grades, Heading, Report, Table, Text, as_docx, as_pdf
from cockpit.report.font import PATH, sized
from cockpit.report.picture import WIDTH, picture

BARS = Bars("由 100 分起", (("满分", 0, 100, "100.0"), ("投诉率", 100, 94, "−6.0"), ("得分", 0, 94, "94.0")))
GRADES = Grades(
    "24 个月",
    (("2026-01", 90.0, "A"), ("2026-02", None, ""), ("2026-03", 62.5, "C")),
    (85, 70, 60),
    (("2026-03", "改"),),
)
EVIL = "<b>垸</b>&\x07堃 <script>"


def report(*blocks: object) -> Report:
    return Report("评价报告", "甲镇", "清源驾驶舱 · 甲", datetime(2026, 11, 1, tzinfo=UTC), blocks)  # type: ignore[arg-type]


WHOLE = report(
    Heading("一、结论"),
    Text(EVIL),
    Facts((("等级", "C"), ("得分", "62.5"), ("版本", "1"))),
    BARS,
    GRADES,
    Table(("指标", "扣分"), (("重复投诉", "−6.0"), (EVIL, "−1.0")), (0.7, 0.3), frozenset({1})),
    Text("说明", True),
)


@pytest.mark.parametrize("blocks", [WHOLE.blocks, ()])
@pytest.mark.parametrize("kind", WRITERS)
def test_a_report_is_written(kind: str, blocks: tuple[object, ...]) -> None:
    made = WRITERS[kind](report(*blocks))
    assert made.startswith({"pdf": b"%PDF", "docx": b"PK"}[kind])


def test_a_docx_holds_every_text_as_text() -> None:
    document = Document(io.BytesIO(as_docx(WHOLE)))
    said = [paragraph.text for paragraph in document.paragraphs]
    assert EVIL.replace("\x07", "") in said
    facts, table = ([[cell.text for cell in row.cells] for row in one.rows] for one in document.tables)
    assert facts == [["等级", "C", "得分", "62.5"], ["版本", "1", "", ""]]
    assert table[:2] == [["指标", "扣分"], ["重复投诉", "−6.0"]]
    assert len(document.inline_shapes) == 2
    assert "清源驾驶舱 · 甲" in document.sections[0].footer.paragraphs[0].text


def test_a_docx_asks_nobody_for_anything() -> None:
    with zipfile.ZipFile(io.BytesIO(as_docx(WHOLE))) as parts:
        for name in parts.namelist():
            if name.endswith(".rels"):
                assert b'TargetMode="External"' not in parts.read(name)


def test_a_pdf_carries_its_font() -> None:
    made = as_pdf(WHOLE)
    assert re.search(rb"/FontFile2 ", made)
    assert b"/URI" not in made


def test_the_font_has_what_names_and_reports_need() -> None:
    font, missing = sized(40), bytes(sized(40).getmask("\uffff"))
    for letter in "垸塆堃镕岫葳琚绿蓝黄红ABCD09−–—·≥≤±×“”●▲■◆▼→，。：；（）%":
        assert bytes(font.getmask(letter)) != missing, letter
    assert PATH.stat().st_size < 4_000_000


def test_a_picture_shows_where_the_score_lies() -> None:
    def width(rows: Bars) -> int:
        with Image.open(io.BytesIO(picture(rows))) as drawn:
            image = drawn.convert("RGB")
            assert image.width == WIDTH
            return sum(image.getpixel((x, 100 + 26)) == (31, 111, 235) for x in range(WIDTH))

    full = width(Bars("甲", (("满分", 0, 100, "100"),)))
    half = width(Bars("甲", (("得分", 0, 50, "50"),)))
    assert full == pytest.approx(2 * half, abs=3)
    assert picture(Grades("甲", (), (85, 70, 60))).startswith(b"\x89PNG")
