"""The drawings of a report as PNG: the same in every format, told in black and white by letters, shapes and words."""

import io
from itertools import pairwise

from PIL import Image, ImageDraw

from cockpit.report.block import Bars, Grades
from cockpit.report.font import sized

WIDTH = 1600
INK, SOFT, LINE, GROUND = "#1b2430", "#5b6a80", "#c9d1dc", "#ffffff"
# Dark enough to be read on white; the letter stands beside each.
COLOURS = {"A": "#2e7d4f", "B": "#2f6fc4", "C": "#b57a10", "D": "#b8322a", "": "#8793a5"}
BANDS = {"A": "#e9f5ee", "B": "#e8f0fb", "C": "#fbf3e0", "D": "#fbeae8"}
SIZE, SMALL = 30, 26
ROW, LABEL, WORDS = 52, 400, 330


def picture(block: Bars | Grades) -> bytes:
    """Return the PNG of a block, WIDTH pixels wide on white; without rows the axes alone."""
    image = _bars(block) if isinstance(block, Bars) else _grades(block)
    buffer = io.BytesIO()
    image.quantize(64, Image.Quantize.FASTOCTREE).save(buffer, "png")
    return buffer.getvalue()


def _blank(height: int, title: str) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    image = Image.new("RGB", (WIDTH, height), GROUND)
    draw = ImageDraw.Draw(image)
    draw.text((0, 4), title, INK, sized(SIZE))
    return image, draw


def _cut(text: str, width: int, size: int) -> str:
    font = sized(size)
    if font.getlength(text) <= width:
        return text
    while text and font.getlength(text + "…") > width:
        text = text[:-1]
    return text + "…"


def _bars(block: Bars) -> Image.Image:
    top = 100
    image, draw = _blank(top + ROW * len(block.rows) + 12, block.title)
    left, right = LABEL, WIDTH - WORDS

    def at(value: float) -> float:
        return left + (right - left) * min(max(value, 0.0), 100.0) / 100

    for value in range(0, 101, 20):
        draw.line((at(value), top - 8, at(value), image.height - 8), LINE, 2)
        draw.text((at(value), top - 12), str(value), SOFT, sized(SMALL), anchor="ms")
    for number, (name, start, end, words) in enumerate(block.rows):
        y = top + ROW * number
        low, high = sorted((at(start), at(end)))
        draw.text((left - 14, y + ROW / 2), _cut(name, LABEL - 20, SMALL), INK, sized(SMALL), anchor="rm")
        is_total = min(start, end) <= 0 < max(start, end)
        fill = "#1f6feb" if is_total else COLOURS["D"]
        draw.rectangle((low, y + 9, max(high, low + 3), y + ROW - 9), fill)
        draw.text((at(100) + 14, y + ROW / 2), _cut(words, WORDS - 18, SMALL), INK, sized(SMALL), anchor="lm")
    return image


def _grades(block: Grades) -> Image.Image:
    height, top, bottom, left = 470, 60, 90, 70
    image, draw = _blank(height, block.title)
    right = WIDTH - 90

    lowest = min([score for _, score, _ in block.months if score is not None], default=0.0)
    # From a ten below all that is drawn, so that small moves are seen.
    least = max(0.0, 10 * (min(lowest, *block.cuts) // 10) - 10)

    def y(score: float) -> float:
        return top + (height - top - bottom) * (1 - (min(max(score, least), 100.0) - least) / (100 - least))

    ends = (100.0, *block.cuts, least)
    for letter, high, low in zip("ABCD", ends, ends[1:], strict=False):
        draw.rectangle((left, y(high), right, y(low)), BANDS[letter])
        draw.text((right + 14, (y(high) + y(low)) / 2), letter, COLOURS[letter], sized(SIZE), anchor="lm")
        draw.text((left - 8, y(low)), f"{low:g}", SOFT, sized(SMALL), anchor="rm")
    count = max(len(block.months), 1)
    step = (right - left) / count
    centre = {label: left + step * (n + 0.5) for n, (label, _, _) in enumerate(block.months)}
    for label, words in block.marks:
        if label in centre:
            x = centre[label] - step / 2
            for dash in range(top, height - bottom, 16):
                draw.line((x, dash, x, min(dash + 8, height - bottom)), SOFT, 3)
            draw.text((x + 6, top + 4), _cut(f"◆ {words}", 360, SMALL), SOFT, sized(SMALL))
    known = [
        (centre[label], y(score), grade, n)
        for n, (label, score, grade) in enumerate(block.months)
        if score is not None
    ]
    # No line over months without a score.
    for one, other in pairwise(known):
        if other[3] - one[3] == 1:
            draw.line((*one[:2], *other[:2]), SOFT, 4)
    for x, at, grade, _ in known:
        draw.ellipse((x - 13, at - 13, x + 13, at + 13), COLOURS.get(grade, COLOURS[""]))
        draw.text((x, at - 16), grade or "—", INK, sized(SMALL), anchor="mb")
    every = max(1, -(-count // 12))
    for number, (label, _, _) in enumerate(block.months):
        if number % every == 0:
            draw.text((centre[label], height - bottom + 12), label, SOFT, sized(22), anchor="mt")
    return image
