"""Our plain pages: filled templates that need no script and load nothing from elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

_HERE = Path(__file__).resolve().parent
STATIC = _HERE / "static"
TEMPLATES = _HERE / "templates"
HELP_ADDRESS = "https://findahelpline.com"

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)

_templates = Environment(
    loader=FileSystemLoader(TEMPLATES),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_templates.globals["help_address"] = HELP_ADDRESS


def fill_template(template: str, **values: Any) -> str:
    """The text of a page; every value is escaped unless the template says otherwise."""
    return _templates.get_template(template).render(values)


def render_page(template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """One page; every value is escaped."""
    body = fill_template(template, **values)
    return HTMLResponse(
        body, status, headers={"Content-Security-Policy": POLICY, "Cache-Control": "no-store"}
    )
