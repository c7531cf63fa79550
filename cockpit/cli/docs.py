"""`cockpit docs`: write the documents that are made from the code."""

import argparse
from collections.abc import Callable
from pathlib import Path

from pydantic import BaseModel

from cockpit.contract import document as contract
from cockpit.loop import document as loop
from cockpit.queries import document as queries
from cockpit.settings import ROOT, Settings

FOLDER = ROOT / "docs"


def settings_markdown() -> str:
    """Return the table of settings: name, default, sentence."""
    lines = [
        "# Settings",
        "",
        "Read from variables of the environment (`COCKPIT_…`, capitals), then from `cockpit.toml`.",
        "",
        "| name | default | meaning |",
        "|---|---|---|",
    ]
    for name, field in Settings.model_fields.items():
        default = field.default
        if isinstance(default, Path):
            default = default.relative_to(ROOT)
        elif isinstance(default, BaseModel):
            default = default.model_dump_json()
        lines.append(f"| `{name}` | `{default}` | {field.description} |")
    return "\n".join(lines) + "\n"


DOCUMENTS: dict[str, Callable[[], str]] = {
    "data-contract.md": contract.markdown,
    "loop.md": loop.markdown,
    "measures.md": queries.markdown,
    "settings.md": settings_markdown,
}


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Name the arguments of `cockpit docs`."""
    command = subparsers.add_parser("docs", help="重新生成由代码导出的文档")
    command.set_defaults(run=run)


def run(_options: argparse.Namespace) -> int:
    """Write each document where it differs."""
    for name, markdown in DOCUMENTS.items():
        (FOLDER / name).write_text(markdown(), encoding="utf-8")
        print(f"docs/{name}")
    return 0
