"""What might fill a gap: photographs with a label missing, once each, and no renderings."""

from __future__ import annotations

import numpy as np

from faceaug.coverage.axes import named_axes
from faceaug.coverage.counts import table_of
from faceaug.coverage.report import audit


def test_only_unlabelled_photographs_might_fill_a_gap() -> None:
    axes = named_axes([("glasses", ["none", "clear"]), ("beard", ["no", "yes"])])
    codes = np.array([[0, 0]] * 5 + [[1, 0], [1, -1], [1, -1], [-1, 0], [-1, -1], [-1, 1]])
    drawn = np.arange(len(codes)) >= len(codes) - 2
    gaps = {gap["words"]: gap for gap in audit(table_of(axes, codes, rendered=drawn), 4)["gaps"]}
    # Three wear clear glasses, whatever the beard; one photograph more might.
    assert [gaps["glasses=clear"][name] for name in ("photographed", "might_be", "state")] == [3, 1, "undecided"]
    # Nobody is known to have a beard; the two whose beard is unknown might.
    assert [gaps["beard=yes"][name] for name in ("photographed", "might_be", "state")] == [0, 2, "uncovered"]
