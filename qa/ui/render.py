"""Templates → HTML, with every value escaped that is not HTML by its type."""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from index.metadata import about
from qa.answer import named

# What HTML would drop or turn into something else: a NUL is not allowed, and a bare carriage
# return becomes a line feed. The first is shown as the sign for it, the second kept as it is.
EXACT = str.maketrans({"\0": "\N{SYMBOL FOR NULL}", "\r": "&#13;"})


def render(template: str, **values: Any) -> str:
    """The template of that name, filled in."""
    return _environment().get_template(template).render(values)


def escape(value: Any) -> Markup:
    """A value as HTML that shows exactly its characters; what is HTML already stays as it is."""
    if hasattr(value, "__html__"):
        return Markup(value)  # noqa: S704 - HTML by its type: made by a template or by us
    return Markup(str(Markup.escape(value)).translate(EXACT))  # noqa: S704 - escaped just now


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("qa.ui"),
        autoescape=True,
        finalize=escape,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["thousands"] = "{:,}".format
    environment.filters["about"] = about
    environment.filters["named"] = named
    return environment
