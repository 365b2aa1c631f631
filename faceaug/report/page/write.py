"""Putting the page together."""

from __future__ import annotations

import base64
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from faceaug.report.page.facts import association, error_lists, heat, state_words, tiles
from faceaug.report.page.plots import bars, maps
from faceaug.report.words import LAW, gap_count, integrity_words, interval_words, leak_words, method_words

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["as_page"]

LISTED: Final = 200
"""Gaps on the page; the JSON document holds them all. More than this nobody reads, and the page stays light."""

PLOTTED: Final = 16
"""Attributes and pairs of them that are drawn, in the order in which they were asked for."""


def as_page(document: Mapping[str, Any], title: str, portraits: Mapping[str, bytes] | None = None) -> str:
    """The document of an audit as one HTML file: light, dark and printable, readable without scripts and offline.

    Args:
        document: what `coverage.report.audit` made.
        title: what was audited.
        portraits: record id -> a small JPEG, for the photographs that gaps name as their nearest neighbours; those
            without one are named in words.
    """
    shown = list(document["attributes"].items())[:PLOTTED]
    pictures = {name: base64.b64encode(data).decode() for name, data in (portraits or {}).items()}
    return (
        _environment()
        .get_template("audit.html.j2")
        .render(
            document=_with_lists(document),
            title=title,
            tiles=tiles(document),
            gaps=[{**gap, "said": state_words(gap)} for gap in document["gaps"][:LISTED]],
            gap_levels=sorted({len(gap["where"]) for gap in document["gaps"][:LISTED]}),
            bars={name: Markup(bars(name, entry, document["at_least"])) for name, entry in shown},
            heats=[heat(pair, document["at_least"]) for pair in document.get("pairs", [])[:PLOTTED]],
            associations=association(document.get("pairs", [])),
            maps=[{**e, "plots": [Markup(plot) for plot in maps(e)]} for e in document.get("continuous", [])],
            limits=interval_words,
            integrity=integrity_words(document["integrity"]) if document.get("integrity") else [],
            leak_words=leak_words,
            gap_count=gap_count,
            law=LAW,
            method=method_words(document),
            pictures=pictures,
            style=Markup(_text("style.css")),
            script=Markup(_text("script.js")),
        )
    )


def _with_lists(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """The document with a model's errors in the order in which they are read."""
    errors = document.get("errors")
    return document if errors is None else {**document, "errors": {**errors, **error_lists(errors)}}


@lru_cache(maxsize=1)
def _environment() -> Environment:
    """Templates that escape everything that comes from a data set."""
    return Environment(
        loader=PackageLoader("faceaug.report.page", "."),
        autoescape=select_autoescape(("html", "j2")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _text(name: str) -> str:
    """One of the files beside this one."""
    return (files("faceaug.report.page") / name).read_text(encoding="utf-8")
