"""The page of docs that lists every measure and every named query, made from the registries."""

from cockpit.queries.measures import MEASURES
from cockpit.queries.named import PARAMETERS, QUERIES

_DIRECTIONS = {"up_good": "越高越好", "down_good": "越低越好", "neutral": "无好坏之分"}


def markdown() -> str:
    """Return docs/measures.md."""
    lines = [
        "# Measures and named queries",
        "",
        "Made from `cockpit/queries/measures.py` and `cockpit/queries/named.py`; do not edit.",
        "",
        "## Measures",
        "",
        "| name | 名称 | 单位 | numerator | denominator | 方向 | 定义 |",
        "|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| `{one.name}` | {one.label} | {one.unit} | `{one.numerator}` | "
        + (f"`{one.denominator}`" if one.denominator else "")
        + f" | {_DIRECTIONS[one.direction]} | {one.definition} |"
        for one in MEASURES.values()
    ]
    lines += [
        "",
        "## Named queries",
        "",
        "`cockpit query NAME [--as USER | --scope CODE …] [--param k=v …] [--format table|csv|json]`",
        "",
        "| name | 内容 | parameters |",
        "|---|---|---|",
    ]
    lines += [
        f"| `{one.name}` | {one.description} | {' '.join(f'`{key}`' for key in one.parameters)} |"
        for one in QUERIES.values()
    ]
    lines += ["", "| parameter | 含义 |", "|---|---|"]
    lines += [f"| `{one.name}` | {one.label} |" for one in PARAMETERS.values()]
    return "\n".join(lines) + "\n"
