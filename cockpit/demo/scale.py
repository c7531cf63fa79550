"""How large a demo place is: the four sizes to choose from."""

from dataclasses import dataclass
from typing import Literal

Format = Literal["csv", "parquet"]


@dataclass(frozen=True)
class Scale:
    """Counts of places and rows; those of rows are expectations, met within a few per cent.

    `event_days` limits the stages written for complaints that are closed to those received within so many
    days before the end; None writes all.
    """

    cities: int
    counties: int
    towns: int
    villages: int
    complaints: int
    alerts: int
    records: int
    format: Format = "csv"
    event_days: int | None = None


SCALES: dict[str, Scale] = {
    "village": Scale(1, 1, 1, 12, 400, 40, 1_500),
    "county": Scale(1, 1, 10, 130, 8_000, 500, 16_250),
    "city": Scale(1, 7, 70, 900, 60_000, 4_000, 112_500),
    "province": Scale(11, 90, 1_360, 24_000, 10_000_000, 1_000_000, 3_000_000, "parquet", 120),
}
