"""The font of reports: one file, so that Chinese shows on machines that have none."""

from functools import lru_cache
from pathlib import Path

from PIL import ImageFont

PATH = Path(__file__).parent / "sans.ttf"


@lru_cache(maxsize=16)
def sized(size: int) -> ImageFont.FreeTypeFont:
    """Return the font in a size in pixels, to draw with."""
    return ImageFont.truetype(str(PATH), size)
