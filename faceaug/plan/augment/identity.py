"""What decides every byte of what is made: equal identities give equal data sets."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import faceaug
from faceaug.measure import MEASURING
from faceaug.plan.gate import BOUNDS
from faceaug.plan.gate.identity import recogniser

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from faceaug.data.record import Record
    from faceaug.plan.augment.augment import AugmentOptions
    from faceaug.plan.limits import Limits
    from faceaug.plan.making import Goal

__all__ = ["digest_of", "identity_of", "request_of"]


def identity_of(photographs: Sequence[Record], options: AugmentOptions) -> dict[str, Any]:
    """What decides, besides a plan, how the version that is made of it turns out.

    Args:
        photographs: all of the version, with everything that is known about them.
        options: how the plan is carried out.

    Returns:
        JSON values.
    """
    lines = "".join(f"{record.to_json()}\n" for record in photographs)
    return {
        "photographs": hashlib.sha256(lines.encode()).hexdigest(),
        "options": options.identity(),
        "gate": dict(BOUNDS),
        "measuring": MEASURING,
        "recogniser": known.name if (known := recogniser()) else None,
        "version": faceaug.__version__,
    }


def request_of(
    photographs: Sequence[Record],
    goal: Goal,
    limits: Limits,
    options: AugmentOptions,
    orders: Mapping[str, tuple[tuple[str, ...], bool]],
) -> dict[str, Any]:
    """What decides a plan and what becomes of it, so that neither is made again where the same is asked again.

    A plan is not the same each time, if its search runs out of time: that is why the request counts, not the plan.

    Args:
        photographs: measured.
        goal: what is to be reached; of a target that is a file, its content counts.
        limits: of the plan.
        options: how it is carried out.
        orders: attribute -> its values in their order, as a vocabulary says.

    Returns:
        JSON values, as they are read back from a file.
    """
    target = Path(goal.target)
    content = hashlib.sha256(target.read_bytes()).hexdigest() if goal.target and target.is_file() else None
    asked = {
        **identity_of(photographs, options),
        "goal": {**vars(goal), "target": content or goal.target},
        "limits": limits.as_dict(),
        "orders": dict(orders),
    }
    read: dict[str, Any] = json.loads(json.dumps(asked, sort_keys=True, default=list))
    return read


def digest_of(request: Mapping[str, Any]) -> str:
    """Hexadecimal SHA-256 of a request."""
    return hashlib.sha256(json.dumps(request, sort_keys=True).encode()).hexdigest()
