"""Priors: the laws of all attributes of a data set and their dependence, in a file that recipes can use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
import yaml

from faceaug.data.files import write_atomic
from faceaug.data.numeric import spelt
from faceaug.errors import Fault, RequestError, did_you_mean
from faceaug.recipe.fitted import FORMAT
from faceaug.synth.dependence import Variable, classes, correlations, quantity
from faceaug.synth.margins import FEW_NUMBERS, FEWEST, Margin, fit_margin

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from faceaug.data.attributes import Scalar
    from faceaug.data.record import Record

__all__ = ["Priors", "fit_priors", "write_priors"]

WEAK: Final = 0.02
"""Correlations below this are not written: they change no picture that anybody could tell from another."""

METHOD: Final = (
    "Quantities: the candidate of scipy.stats with the least Bayesian information criterion, or quantiles where "
    "Pearson's test refuses it. Words: their shares with half a photograph added to each. Dependence: a Gaussian "
    "copula, of which words are intervals in their order."
)


@dataclass(frozen=True, eq=False)
class Priors:
    """What was fitted.

    Attributes:
        about: what it was fitted to.
        photographs: that were looked at.
        margins: the laws.
        dependence: (A, A) correlations in the copula, in the order of the margins.
        left_out: attribute -> why it has no law.
    """

    about: str
    photographs: int
    margins: tuple[Margin, ...]
    dependence: npt.NDArray[np.float64]
    left_out: dict[str, str]

    def as_dict(self) -> dict[str, Any]:
        """JSON values."""
        return {
            "format": FORMAT,
            "about": self.about,
            "method": METHOD,
            "photographs": self.photographs,
            "attributes": {margin.name: margin.as_dict() for margin in self.margins},
            "dependence": self.relations(),
            "left_out": dict(self.left_out),
        }

    def relations(self) -> dict[str, dict[str, float]]:
        """Attribute -> other attribute -> correlation, of those that depend on each other."""
        names = [margin.name for margin in self.margins]
        found: dict[str, dict[str, float]] = {}
        for row, name in enumerate(names):
            others = ((other, float(self.dependence[row, at])) for at, other in enumerate(names) if at != row)
            found[name] = {other: value for other, value in others if abs(value) >= WEAK}
        return {name: others for name, others in found.items() if others}


def fit_priors(records: Sequence[Record], by: Sequence[str] = (), *, split: str = "", about: str = "") -> Priors:
    """Fit the law of every attribute of some photographs, and their dependence. Renderings are left out.

    Args:
        records: the pictures.
        by: attributes; all that anything is known of unless given.
        split: whose photographs are looked at, or '' for all.
        about: what they are, in a few words.

    Raises:
        RequestError: for attributes and splits that there are not, and where nothing can be fitted; fewer photographs
            than `FEWEST` are one fault, and not one of each attribute.
    """
    photos = [one for one in records if one.origin == "camera" and (not split or one.split == split)]
    if not photos:
        raise _refused(
            [Fault("--split" if split else "", f"there are no photographs{f' of {split!r}' if split else ''}")]
        )
    if len(photos) < FEWEST:
        whose = f" of {split!r}" if split else ""
        raise _refused([Fault("", f"there are {len(photos)} photographs{whose}; it takes {FEWEST} to fit anything")])
    known: dict[str, dict[int, Scalar]] = {}
    for number, record in enumerate(photos):
        for name, value in record.attributes.items():
            if value.known:
                known.setdefault(name, {})[number] = value.value
    _check(by, known)
    known = {name: _without_odd(values) for name, values in known.items()}
    names = list(dict.fromkeys(by)) or list(known)
    found = {name: fit_margin(name, list(known[name].values())) for name in names}
    margins = tuple(one for one in found.values() if isinstance(one, Margin))
    left_out = {name: one for name, one in found.items() if isinstance(one, str)}
    if not margins:
        raise _refused([Fault(name, why) for name, why in left_out.items()])
    variables = [_variable(margin, known[margin.name], len(photos)) for margin in margins]
    return Priors(about, len(photos), margins, correlations(variables), left_out)


def write_priors(path: Path, priors: Priors) -> Path:
    """Write a file that recipes can use, as `fitted: priors.yaml#yaw`."""
    return write_atomic(path, yaml.dump(priors.as_dict(), Dumper=_Dumper, sort_keys=False, width=120).encode())


class _Dumper(yaml.SafeDumper):
    """Writes lists of numbers on one line."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - yaml's own signature
        """Write everything out."""
        return True


def _list(dumper: yaml.SafeDumper, data: list[Any]) -> yaml.Node:
    return dumper.represent_sequence("tag:yaml.org,2002:seq", data, flow_style=all(isinstance(v, float) for v in data))


_Dumper.add_representer(list, _list)


def _without_odd(known: dict[int, Scalar]) -> dict[int, Scalar]:
    """The values of an attribute; those of a quantity without the few that are no numbers, which count as unknown."""
    numbers: dict[int, Scalar] = {at: value for at, value in known.items() if not isinstance(value, str | bool)}
    return numbers if 2 * len(numbers) > len(known) and len(set(numbers.values())) > FEW_NUMBERS else known


def _variable(margin: Margin, known: dict[int, Scalar], count: int) -> Variable:
    """An attribute behind the curtain."""
    if margin.fits:
        values = np.full(count, np.nan)
        values[list(known)] = [float(value) for value in known.values()]
        return quantity(values)
    codes = np.full(count, -1, np.int64)
    places = {value: place for place, value in enumerate(margin.values)}
    for number, value in known.items():
        codes[number] = places[spelt(value)]
    return classes(codes, len(margin.values))


def _check(by: Sequence[str], known: dict[str, dict[int, Scalar]]) -> None:
    """Refuse attributes that no photograph has."""
    faults = []
    for name in by:
        if name not in known:
            near = did_you_mean(name, known)
            hint = f"did you mean {near!r}?" if near else f"known are {', '.join(known)}"
            faults.append(Fault(name, f"is an attribute of no photograph; {hint}"))
    if faults:
        raise _refused(faults)


def _refused(faults: list[Fault]) -> RequestError:
    return RequestError(faults, "nothing was fitted")
