"""What a report is made of, whatever it is written as; all texts are plain, markup in them stays text."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Heading:
    """The title of a part."""

    text: str


@dataclass(frozen=True)
class Text:
    """A paragraph; `is_small` for notes on how to read and limits."""

    text: str
    is_small: bool = False


@dataclass(frozen=True)
class Facts:
    """Names with their values, in two columns."""

    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Table:
    """Rows under columns; `widths` are shares of the page and sum to 1, the columns in `numbers` stand to the right."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]
    numbers: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Bars:
    """A waterfall: one bar a row from `start` down to `end` on an axis from 0 to 100; `words` stand beside it."""

    title: str
    rows: tuple[tuple[str, float, float, str], ...]


@dataclass(frozen=True)
class Grades:
    """Scores over months on bands of grades.

    `months` has label, score (None: none) and grade letter; `cuts` the least score of A, B and C; `marks` labels of
    months at which the rules changed, with words.
    """

    title: str
    months: tuple[tuple[str, float | None, str], ...]
    cuts: tuple[float, float, float]
    marks: tuple[tuple[str, str], ...] = ()


Block = Heading | Text | Facts | Table | Bars | Grades


@dataclass(frozen=True)
class Report:
    """A report: its title, what it is of, the line at the foot of each page, when it was made (local), its blocks."""

    title: str
    subtitle: str
    line: str
    made_at: datetime
    blocks: tuple[Block, ...]
