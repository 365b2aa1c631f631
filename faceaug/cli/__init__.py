"""The command line: thin commands that parse, call and print."""

from __future__ import annotations

import errno
import io
import os
import signal
import sys
import traceback
import warnings
from contextlib import suppress
from importlib import import_module
from itertools import pairwise
from typing import Any

import click

from faceaug import __version__
from faceaug.cli.examples import explained
from faceaug.cli.words import given_twice, several
from faceaug.errors import Doubt, FaceaugError, did_you_mean
from faceaug.stopping import Stopped, heard, stop_if_asked

__all__ = ["main"]

COMMANDS = (
    "run",
    "check",
    "edits",
    "try",
    "gallery",
    "info",
    "replay",
    "samples",
    "measure",
    "audit",
    "stress",
    "fit",
    "plan",
    "augment",
    "balance",
    "verify",
    "versions",
    "export",
)
"""The commands, in the order in which a newcomer needs them; each is `command` in the file of its name."""

USUAL_WARNING = warnings.formatwarning
"""How Python itself writes a warning."""

STOPPED = 128
"""Exit code of a command that was stopped, less the signal's number, as shells have it: 130 after Ctrl-C."""

OUR_FAULT = 70
"""Exit code of a crash: EX_SOFTWARE of sysexits.h; 0 to 3 mean something else (see the design, Errors)."""

FULL = (errno.ENOSPC, errno.EDQUOT)
"""What the system says where there is no room, also for what a command prints."""


class _Commands(click.Group):
    """Loads a command when it is first asked for, and turns every error into a line and an exit code."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's own signature
        """The names, in our order."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import the one file that holds a command."""
        if cmd_name not in COMMANDS:
            return None
        file = f"{cmd_name}_" if cmd_name == "try" else cmd_name  # `try` is a word of the language
        command: click.Command = import_module(f"faceaug.cli.{file}").command
        return explained(command, cmd_name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find a command, or say which one was probably meant."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            near = did_you_mean(args[0], COMMANDS)
            ctx.fail(f"there is no command {args[0]!r}; " + (f"did you mean {near!r}?" if near else "see --help"))
        for before, word in pairwise(args):
            if not word and (before in {"-o", "--out"} or not before.startswith("-")):
                ctx.fail(f"the word after {before!r} is empty; is a variable of your shell unset?")
        name, command, rest = super().resolve_command(ctx, args)
        for option in given_twice(command, rest):
            ctx.fail(f"{option} is given twice and takes one value{several(option)}")
        return name, command, rest

    def main(self, *args: Any, standalone_mode: bool = True, **extra: Any) -> Any:
        """Run, and leave with the exit code that the outcome deserves."""
        _open_again()
        _print_anything()
        if not standalone_mode:
            call: Any = super().main
            return call(*args, standalone_mode=False, **extra)
        with heard():
            code = self._outcome(*args, **extra)
        sys.exit(code)

    def _outcome(self, *args: Any, **extra: Any) -> int:
        """The exit code of a call; whatever went wrong has been said on stderr."""
        call: Any = super().main
        try:
            code = call(*args, standalone_mode=False, **extra)
        except click.ClickException as error:
            with suppress(OSError):
                error.show()
            return error.exit_code
        except click.Abort as error:
            return _stopped(error.__cause__)
        except FaceaugError as error:
            _say(str(error))
            return error.exit_code
        except (BrokenPipeError, SystemExit):  # `faceaug edits | head`: the reader has seen enough; click says it so
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0
        except Exception as error:  # the last door before the user
            return _sorry(error)
        return code if isinstance(code, int) else 0


def _open_again() -> None:
    """Let what is closed (`2>&-`) lead nowhere; else the next file that is opened would stand in its place."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            stream = open(os.devnull, mode, encoding="utf-8")  # noqa: SIM115, PTH123 - for as long as the process lives
            os.set_inheritable(stream.fileno(), True)  # noqa: FBT003 - its own signature
            setattr(sys, name, stream)


def _print_anything() -> None:
    """Let names that the terminal has no letters for be printed with escapes, as emoji on an old code page."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and stream.errors == "strict":
            stream.reconfigure(errors="backslashreplace")


def _say(text: str) -> None:
    """Say something to the person, not to a program that reads the result; if they cannot be told, the code tells."""
    with suppress(OSError):
        click.echo(text, err=True)


def _stopped(cause: BaseException | None) -> int:
    """Say that a command was stopped; the exit code tells by which signal."""
    _say("stopped; the same command started again goes on where it was")
    return STOPPED + (cause.args[0] if isinstance(cause, Stopped) else signal.SIGINT)


def _sorry(error: Exception) -> int:
    """Admit a fault of ours, with a traceback for those who asked for one; a full disk or a signal is none of ours."""
    try:
        stop_if_asked()
    except Stopped as stopped:
        return _stopped(stopped)
    if isinstance(error, OSError) and error.errno in FULL:
        _say(f"{error.filename or 'the answer'} could not be written: the disk is full")
        return FaceaugError.exit_code
    if os.environ.get("FACEAUG_DEBUG"):
        traceback.print_exception(error)
    _say(
        f"sorry, this is a fault in faceaug and not in your request: {type(error).__name__}: {error}\n"
        "run it again as `faceaug --debug ...` to see where, and please report it"
    )
    return OUR_FAULT


def _in_words(
    message: Warning | str, category: type[Warning], filename: str, lineno: int, line: str | None = None
) -> str:
    """A doubt in a line, as those that an audit lists; any other warning as Python writes it."""
    return (
        f"doubtful  {message}\n"
        if issubclass(category, Doubt)
        else USUAL_WARNING(message, category, filename, lineno, line)
    )


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="faceaug", message="%(prog)s %(version)s")
@click.option("--debug", is_flag=True, envvar="FACEAUG_DEBUG", help="Show a traceback when faceaug itself is at fault.")
def main(*, debug: bool) -> None:
    """Variations of real face photographs, with their labels.

    Exit codes: 0 done; 1 a check found a difference; 2 the request was wrong; 3 done, but some pictures were skipped;
    70 a fault of faceaug's own; 130 stopped by Ctrl-C (143 by SIGTERM, 129 by SIGHUP).
    """
    if debug:
        os.environ["FACEAUG_DEBUG"] = "1"
    else:
        warnings.simplefilter("ignore")  # what third parties deprecate is not the user's concern
        warnings.simplefilter("default", Doubt)
    warnings.formatwarning = _in_words
