"""The shape of the tree: pages are registered, and import without drawing."""

import ast
from pathlib import Path

import pytest

from cockpit.scope import ROLES
from cockpit.settings import ROOT
from pages import ENTRIES, landing

PAGES = sorted(path.stem for path in (ROOT / "pages").glob("*.py") if path.stem != "__init__")


def test_every_page_file_is_registered_once() -> None:
    assert sorted(entry.slug for entry in ENTRIES) == PAGES


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.slug)
def test_page_defines_its_title_icon_and_render(entry: object) -> None:
    module = entry.module  # type: ignore[attr-defined]
    assert module.TITLE
    assert module.ICON.startswith(":material/")
    assert callable(module.render)


@pytest.mark.parametrize("slug", PAGES)
def test_page_makes_no_streamlit_call_at_import(slug: str) -> None:
    tree = ast.parse(Path(ROOT / "pages" / f"{slug}.py").read_text(encoding="utf-8"))
    calls = [node for node in tree.body if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)]
    assert not calls


@pytest.mark.parametrize("role", ROLES)
def test_every_role_lands_on_a_page_of_its_own(role: str) -> None:
    assert role in landing(role).roles  # type: ignore[arg-type]
