"""`faceaug edits`: what can be done, derived from the registry."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from faceaug.edit import Edit, Setting

__all__ = ["command"]


@click.command("edits")
@click.argument("name", required=False)
@click.option("--json", "machine", is_flag=True, help="One JSON document instead of a table.")
def command(name: str | None, *, machine: bool) -> None:
    """List the edits, or all about the edit NAME: settings, units, ranges, labels."""
    from faceaug.cli.answer import as_json, as_table
    from faceaug.edit import edits, get_edit

    chosen = [get_edit(name)] if name else list(edits().values())
    if machine:
        as_json([_document(edit) for edit in chosen] if not name else _document(chosen[0]))
    elif name:
        click.echo(_page(chosen[0]))
    else:
        click.echo(as_table([(edit.name, edit.summary) for edit in chosen]))
        click.echo("\n`faceaug edits NAME` tells the settings of one.")


def _page(edit: Edit) -> str:
    """All about one edit."""
    from faceaug.cli.answer import as_table

    head = ("setting", "unit", "usual", "bounds", "means")
    rows = [(s.name, s.unit or "-", _usual(s), _bounds(s), s.means) for s in edit.settings.values()]
    labels = edit.labels
    told = [
        *(f"sets {name} to {value}" for name, value in labels.sets.items()),
        *(f"measures {name} afterwards" for name in sorted(labels.measures)),
        *(f"drops {name}" for name in sorted(labels.drops)),
    ]
    needs = ", ".join(sorted(edit.needs)) or "nothing beyond a face"
    text = inspect.getdoc(edit.function) or ""
    return "\n".join(
        [
            f"{edit.name}: {text}",
            "",
            as_table([head, *rows]),
            "",
            f"main setting  {edit.main}",
            f"labels        {'; '.join(told) or 'all inherited'}",
            f"needs         {needs}",
        ]
    )


def _usual(setting: Setting) -> str:
    """What is drawn when nothing is asked."""
    if setting.default is not None:
        return f"{setting.default:g}" if isinstance(setting.default, float | int) else setting.default
    if setting.kind == "choice":
        return "any, some oftener" if setting.often else "any"
    return f"{setting.usual[0]:g}..{setting.usual[1]:g}"


def _bounds(setting: Setting) -> str:
    """What may be asked."""
    if setting.kind == "choice":
        return " | ".join(setting.values)
    return f"{setting.within[0]:g}..{setting.within[1]:g}"


def _document(edit: Edit) -> dict[str, Any]:
    """An edit as data."""
    return {
        "name": edit.name,
        "summary": edit.summary,
        "about": inspect.getdoc(edit.function),
        "main": edit.main,
        "channel": edit.channel,
        "needs": sorted(edit.needs),
        "neutral": dict(edit.neutral),
        "labels": {
            "sets": {n: v if isinstance(v, str) else {v.setting: dict(v.words)} for n, v in edit.labels.sets.items()},
            "measures": sorted(edit.labels.measures),
            "drops": sorted(edit.labels.drops),
        },
        "lawful": {str(law): reason for law, reason in edit.lawful.items()},
        "settings": [_setting(setting) for setting in edit.settings.values()],
    }


def _setting(setting: Setting) -> dict[str, Any]:
    """A setting as data."""
    shared = {"name": setting.name, "kind": setting.kind, "means": setting.means, "default": setting.default}
    if setting.kind == "choice":
        return {**shared, "values": list(setting.values), "often": dict(setting.often)}
    return {**shared, "unit": setting.unit, "usual": list(setting.usual), "within": list(setting.within)}
