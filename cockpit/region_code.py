"""Statistical region codes (统计用区划代码): 12 digits, 2 + 2 + 2 + 3 + 3, kept as text."""

import re

LEVELS = ("province", "city", "county", "town", "village")
LEVEL_LABELS = {"province": "省", "city": "市", "county": "县", "town": "乡镇", "village": "村"}
PREFIX_LENGTHS = {"province": 2, "city": 4, "county": 6, "town": 9, "village": 12}
CODE_PATTERN = re.compile(r"[0-9]{12}")


def is_code(text: str) -> bool:
    """Tell whether the text has the form of a region code."""
    return CODE_PATTERN.fullmatch(text) is not None


def level(code: str) -> str:
    """Return the level of a region code, the coarsest whose remaining digits are all zero.

    Raises ValueError when the text is not a region code.
    """
    if not is_code(code):
        raise ValueError(f"not a region code: {code!r}")
    return next(name for name in LEVELS if not code[PREFIX_LENGTHS[name] :].strip("0"))


def prefix(code: str) -> str:
    """Return the significant digits of a region code."""
    return code[: PREFIX_LENGTHS[level(code)]]


def bounds(code: str) -> tuple[str, str]:
    """Return the lowest and highest code inside a region, itself included."""
    digits = prefix(code)
    return digits.ljust(12, "0"), digits.ljust(12, "9")


def ancestor(code: str, at: str) -> str:
    """Return the ancestor at a level (the code itself at its own); ValueError below its own level."""
    if LEVELS.index(at) > LEVELS.index(level(code)):
        raise ValueError(f"{code} has no ancestor at {at}")
    return code[: PREFIX_LENGTHS[at]].ljust(12, "0")


def ancestors(code: str) -> tuple[str, ...]:
    """Return the ancestors of a region from the province down, the region itself left out."""
    return tuple(ancestor(code, at) for at in LEVELS[: LEVELS.index(level(code))])


def contains(region: str, code: str) -> bool:
    """Tell whether a region holds a code, itself included."""
    low, high = bounds(region)
    return low <= code <= high
