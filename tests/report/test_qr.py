"""Codes on screen and on paper hold the modules that stand for the address."""

import re

import pytest
import segno

from cockpit.report import qr

URL = "https://gongkai.example/cun/990101/990101001001.html"
CARD = qr.Card("江家店社区", "栖溪区琚塘街道", URL)


def modules(url: str) -> list[list[int]]:
    """Return what the library makes of an address."""
    made = segno.make(url, micro=False, error="q")
    assert made.error in ("Q", "H")
    return [list(row) for row in made.matrix]


class Canvas:
    """Keeps the rectangles of the one path drawn."""

    def __init__(self) -> None:
        self.rects: list[tuple[float, float, float, float]] = []

    def beginPath(self) -> "Canvas":  # noqa: N802, a name of ReportLab
        return self

    def rect(self, left: float, bottom: float, width: float, height: float) -> None:
        self.rects.append((left, bottom, width, height))

    def setFillColor(self, colour: object) -> None:  # noqa: N802
        pass

    def drawPath(self, path: "Canvas", stroke: int, fill: int) -> None:  # noqa: N802
        assert (path, stroke, fill) == (self, 0, 1)


@pytest.mark.parametrize("url", [URL, "http://10.1.2.3/x/990101/990101001001.html"])
def test_the_modules_on_paper_are_those_of_the_address(url: str) -> None:
    canvas = Canvas()
    qr._modules(canvas, url, 100.0, 200.0)
    expected = modules(url)
    count = len(expected)
    size = qr.CODE / (count + 8)
    drawn = [[0] * count for _ in range(count)]
    for left, bottom, width, height in canvas.rects:
        assert height == size
        column = round((left - 100) / size) - 4
        row = count + 3 - round((bottom - 200) / size)
        for step in range(round(width / size)):
            drawn[row][column + step] = 1
    assert drawn == expected


def test_the_drawing_on_screen_is_that_of_the_address() -> None:
    svg = qr.drawn(URL)
    expected = modules(URL)
    count = len(expected)
    assert f'width="{(count + 8) * 6}"' in svg
    assert "<script" not in svg
    assert "http" not in svg.replace("http://www.w3.org/2000/svg", "")
    # Dark modules are strokes of one module's height: from where to where on which line.
    [path] = re.findall(r'stroke="#000"[^>]* d="([^"]+)"|d="([^"]+)"[^>]* stroke="#000"', svg)
    drawn = [[0] * count for _ in range(count)]
    x = y = 0.0
    for command, numbers in re.findall(r"([MmhH])([^MmhH]*)", "".join(path)):
        values = [float(value) for value in re.findall(r"-?[\d.]+", numbers)]
        if command == "M":
            x, y = values
        elif command == "m":
            x, y = x + values[0], y + values[1]
        else:
            for step in range(int(values[0])):
                drawn[int(y - 4)][int(x - 4 + step)] = 1
            x += values[0]
    assert drawn == expected


def test_a_sheet_has_eight_cards_a_page() -> None:
    for count, pages in ((1, 1), (8, 1), (9, 2), (17, 3)):
        made = qr.sheet("村务公开二维码", "扫码查看", [CARD] * count)
        assert made.startswith(b"%PDF")
        assert len(re.findall(rb"/Type /Page\b", made)) == pages
