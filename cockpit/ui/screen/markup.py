"""The markup of a panel: everything that comes from data is escaped as it is put in."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from markupsafe import Markup

from cockpit.queries import Filters
from cockpit.ui import filters

# The drawings are stretched to the width there is: their lines are not.
WIDTH, HEIGHT = 400, 90


@dataclass(frozen=True)
class Part:
    """One panel: its title, what it shows, how that is defined, and the page that shows the same in full."""

    title: str
    body: Markup
    definition: str
    slug: str
    parameters: tuple[tuple[str, str], ...] = ()


def section(part: Part, chosen: Filters, *, is_linked: bool) -> str:
    """Return the markup of a panel; its title opens the page behind it, for who may open that."""
    head = Markup("<span>{}</span>").format(part.title)
    if is_linked:
        link = address(part.slug, chosen, dict(part.parameters))
        head = Markup('<a href="{}" target="_self">{} <i aria-hidden="true">›</i></a>').format(
            link, part.title
        )
    return str(
        Markup('<h2 title="{}">{}</h2><div class="body">{}</div>').format(part.definition, head, part.body)
    )


def address(slug: str, chosen: Filters, more: Mapping[str, str]) -> str:
    """Return the address of a page under filters, relative to that of the screen."""
    return f"{slug}?{urlencode(filters.address(chosen, **more))}"


def nothing(words: str) -> Markup:
    """Return what a panel without anything to show says."""
    return Markup('<p class="nothing">{}</p>').format(words)


def line(words: str) -> Markup:
    """Return one sentence below what is drawn."""
    return Markup('<p class="line">{}</p>').format(words)


def joined(parts: Iterable[Markup]) -> Markup:
    """Return parts one after another."""
    return Markup("").join(parts)


def table(head: Sequence[str], rows: Sequence[Sequence[object]], *, has_total: bool = False) -> Markup:
    """Return a table whose first column is words and whose others are numbers; its last row may be their sum."""
    top = joined(Markup("<th>{}</th>").format(one) for one in head)
    body = joined(
        Markup("<tr>{}</tr>").format(joined(Markup("<td>{}</td>").format(one) for one in row)) for row in rows
    )
    return Markup('<table class="{}"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>').format(
        "sums" if has_total else "", top, body
    )


def bars(rows: Sequence[tuple[str, float, str, str]], most: float | None = None) -> Markup:
    """Return one bar a row: name, value (its size counts), words, class of its colour; `most` fills the width."""
    most = most or max((abs(value) for _, value, _, _ in rows), default=0) or 1
    return Markup('<ul class="bars">{}</ul>').format(
        joined(
            Markup(
                '<li><b title="{}">{}</b><i class="{}"><u style="width:{:.1f}%"></u></i><em>{}</em></li>'
            ).format(name, name, kind, 100 * abs(value) / most, words)
            for name, value, words, kind in rows
        )
    )


def figures(rows: Sequence[tuple[str, str]]) -> Markup:
    """Return numbers side by side, each with its words."""
    return Markup('<div class="figures">{}</div>').format(
        joined(Markup("<p><b>{}</b> {}</p>").format(number, words) for number, words in rows)
    )


def columns(values: Sequence[float], hollow: Sequence[bool], first: str, last: str) -> Markup:
    """Return one column a month, hollow where it says so, with the first and last month below."""
    most = max(values, default=0) or 1
    drawn = joined(
        Markup('<i class="{}" style="height:{:.1f}%"></i>').format(
            "hollow" if is_hollow else "", max(2, 100 * value / most)
        )
        for value, is_hollow in zip(values, hollow, strict=True)
    )
    return Markup(
        '<div class="columns">{}</div><div class="ends"><span>{}</span><span>{}</span></div>'
    ).format(drawn, first, last)


def points(values: Sequence[float], top: float) -> str:
    """Return the points of a line over the width of a drawing, 0 at its foot."""
    step = WIDTH / max(1, len(values) - 1)
    return " ".join(f"{at * step:.1f},{HEIGHT * (1 - value / top):.1f}" for at, value in enumerate(values))
