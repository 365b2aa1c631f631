"""What stands below the options in every `--help`: commands to copy, and what the exit code says."""

from __future__ import annotations

from typing import Final

import click

__all__ = ["ABOUT", "EXAMPLES", "EXITS", "explained"]

ABOUT: Final = {
    "run": "Make labelled variations of photographs by a recipe.",
    "check": "Check recipes without rendering anything.",
    "edits": "List the edits, or all about one of them.",
    "try": "Try one edit on one photograph, side by side.",
    "gallery": "Draw a page for every edit.",
    "info": "Tell what is found in a photograph.",
    "replay": "Make one picture again from its record.",
    "samples": "Download photographs under a free licence.",
    "measure": "Measure photographs, and write a manifest.",
    "audit": "Say who is in a data set, and who is missing.",
    "stress": "Compare a model's answers before and after each edit.",
    "fit": "Fit distributions to photographs, for recipes.",
    "plan": "Plan which edits of which photographs fill the gaps.",
    "augment": "Carry out a plan, as a version of a data set.",
    "balance": "Audit, plan, make and judge, in one command.",
    "verify": "Prove that a data set is what its records say.",
    "versions": "Keep, compare and bring back versions of a data set.",
    "export": "Write a data set as other tools read it.",
    "versions log": "List the versions, the newest first.",
    "versions show": "Say what a version holds.",
    "versions diff": "Say what changed between two versions.",
    "versions commit": "Make photographs or a run the next version.",
    "versions restore": "Bring an old version back.",
    "versions tag": "Give a version a name of yours.",
    "versions check": "Read every file, and name what is damaged.",
}
"""A line each, for the lists of commands."""

EXAMPLES: Final = {
    "run": (
        "faceaug run recipes/quickstart.yaml photos -o out",
        "faceaug run recipes/eyewear.yaml labels.csv -o out --copies 2 --workers 2",
    ),
    "check": ("faceaug check recipes/*.yaml",),
    "edits": ("faceaug edits", "faceaug edits freckles"),
    "try": (
        "faceaug try freckles face.jpg -o strip.png",
        "faceaug try lighting face.jpg --set azimuth=-60..60 --set key_fill=4",
    ),
    "gallery": ("faceaug gallery freckles --photos photos -o pages",),
    "info": ("faceaug info face.jpg -o found.png",),
    "replay": ("faceaug replay out/manifest.csv anna_v0 -o again.jpg",),
    "samples": ("faceaug samples london photos",),
    "measure": ("faceaug measure photos -o manifest.csv", "faceaug measure labels.csv -o measured.parquet"),
    "audit": (
        "faceaug audit photos -o report",
        "faceaug audit labels.csv --by gender,glasses,age:30,50 --at-least 50 -o report.html",
        "faceaug audit photos --labels labels.csv --by gender,skin_tone --fail-on-gaps",
    ),
    "stress": ("faceaug stress recipes/eyewear.yaml photos --model python:mine:predict -o stress",),
    "fit": ("faceaug fit photos -o priors.yaml --plot priors.png",),
    "plan": ("faceaug plan report/audit.json -o plan.json", "faceaug plan photos --by glasses,pose -o plan.json"),
    "augment": ("faceaug augment plan.json -o dataset",),
    "balance": ("faceaug balance photos -o dataset --by skin_tone,glasses --at-least 30",),
    "verify": ("faceaug verify dataset", "faceaug verify dataset --sample 48 --against human.csv -o verified.json"),
    "export": ("faceaug export dataset --format coco -o coco",),
    "versions log": ("faceaug versions log dataset",),
    "versions show": ("faceaug versions show dataset", "faceaug versions show dataset HEAD~1 --pin"),
    "versions diff": ("faceaug versions diff dataset 0001 0002 --by glasses",),
    "versions commit": ("faceaug versions commit out -o dataset -m 'Glasses' --add",),
    "versions restore": ("faceaug versions restore dataset 0001 -o data",),
    "versions tag": ("faceaug versions tag dataset delivered 0002",),
    "versions check": ("faceaug versions check dataset",),
}
"""Commands to copy."""

WRONG: Final = "2 the request was wrong"
SKIPPED: Final = "3 done, but photographs were skipped"

EXITS: Final = {
    "run": ("0 all were made", WRONG, "3 done, but photographs were skipped or pictures could not be made"),
    "check": ("0 every recipe can run", "2 one has a fault"),
    "info": ("0 faces were found", WRONG, "3 the photograph cannot be used"),
    "try": ("0 done", WRONG, "3 the photograph cannot be used, or the edit declines it"),
    "replay": ("0 the same bytes", "1 other bytes", WRONG, "3 the photograph is missing or has changed"),
    "measure": ("0 all were measured", WRONG, SKIPPED),
    "audit": ("0 done", "1 there are gaps (--fail-on-gaps)", WRONG, SKIPPED),
    "stress": ("0 done", "1 errors rise by more than chance (--fail-on-worse)", WRONG, SKIPPED),
    "fit": ("0 done", WRONG, SKIPPED),
    "plan": ("0 done", "1 a group stays too small (--fail-on-gaps)", WRONG, SKIPPED),
    "augment": ("0 all was made", WRONG, "3 planned pictures are missing"),
    "balance": (
        "0 all gaps are filled",
        "1 some stay open",
        WRONG,
        "3 photographs were skipped or pictures are missing",
    ),
    "verify": ("0 no difference", "1 a difference", WRONG),
    "versions check": ("0 every file is whole", "1 one is not", WRONG),
}
"""What exit codes say, where it is not as usual; 130 is Ctrl-C, 70 a fault of faceaug's own."""

USUAL: Final = ("0 done", WRONG)


def explained(command: click.Command, name: str) -> click.Command:
    """Give a command, and those of a group, its line in the list and what stands below its options."""
    if isinstance(command, click.Group):
        for word, one in command.commands.items():
            explained(one, f"{name} {word}")
        command.epilog = f"`faceaug {name} COMMAND --help` tells more of one."
    else:
        lines = ["Examples:", *(f"  {line}" for line in EXAMPLES.get(name, ()))]
        command.epilog = "\b\n" + "\n".join([*lines, "", "\b", _exits(name)])
    command.short_help = ABOUT.get(name, command.short_help)
    return command


def _exits(name: str) -> str:
    """The exit codes in a line, or several."""
    return "\n".join(["Exit codes:", *(f"  {line}" for line in EXITS.get(name, USUAL))])
