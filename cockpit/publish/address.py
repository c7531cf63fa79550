"""Where a place lies in the published site: the same path whatever part of the installation is published."""

from cockpit import region_code

INDEX = "index.html"
_AT_ROOT = ("province", "city")


def address(code: str) -> str:
    """Return the path of a place's page below the site's folder: counties and what lies inside them in a folder each."""
    file = f"{code}.html"
    return file if region_code.level(code) in _AT_ROOT else f"{code[:6]}/{file}"


def up(path: str) -> str:
    """Return what leads from a page to the site's folder."""
    return "../" * path.count("/")


def url(base: str, code: str) -> str:
    """Return the address of a place's page under the one the site is served at."""
    return f"{base.rstrip('/')}/{address(code)}"
