"""What a recipe is.

A recipe is a YAML file that says which edits are made, and from which distribution every setting is drawn::

    about: Outdoor sun on bare skin      # needed: one sentence
    seed: 7                              # default 0; another seed gives other pictures
    copies: 3                            # pictures made of each photograph, default 1
    edits:
      lighting:
        chance: 0.8                      # share of the pictures that get this edit, 0..1, default 1
        when: "yaw > -20 and glasses == 'none'"     # only photographs of which this is true
        azimuth: [-60, 60]               # two numbers: any number between them, equally likely
        elevation: {normal: {mean: 30, sd: 10}}     # a distribution by name
        key_fill: 4                      # one number (or word): always that
        softness: {choice: {0.1: 3, 0.6: 1}}        # these values, in the proportion 3 to 1
        temperature: [5000, 5500, 6500]  # one, three or more numbers, or words: these values, equally likely
      skin_tone: {like: someone.jpg}     # as the face in another photograph, beside this file; read off once
      freckles: {}                       # every setting as usual
      sensor: {chance: 0}                # switched off

Distributions: `uniform(low, high)`, `normal(mean, sd)`, `truncated_normal(mean, sd, low, high)`, `log_normal(median,
sigma)`, `exponential(mean[, low])`, `beta(a, b, low, high)`, `choice`, and `scipy: {name: gamma, a: 2, scale: 3}` for
any continuous distribution of scipy.stats, `quantiles: [...]` (at equal steps of probability), and `fitted:
priors.yaml#yaw` for what `faceaug fit` read off photographs: settings that are fitted from one file depend on each
other as they do there. A setting that is not mentioned has its default, or is drawn from its usual
range where it has none (`faceaug edits` lists both). A list of two numbers is always a pair, a list of two words a
choice. Every setting has hard bounds: numbers, pairs and choices outside are faults; the other distributions are
truncated to the bounds (conditioned on lying inside, never clipped), and it is a fault if less than a millionth of one
lies inside.

Further keys: `first` is the number of the first variant (default 0); `attributes` lists columns of your own table that
`when` may name.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    import numpy.typing as npt

    from faceaug.data.photos import Photo
    from faceaug.data.record import Record
    from faceaug.face.decomposition import Decomposition
    from faceaug.recipe.condition import Condition
    from faceaug.recipe.distributions import Law
    from faceaug.recipe.variants import Variant

__all__ = ["Asked", "Recipe"]


@dataclass(frozen=True)
class Asked:
    """What a recipe asks of one edit.

    Attributes:
        chance: share of the pictures that get the edit, 0..1.
        when: condition on the photograph, or None.
        laws: setting -> the law it is drawn from; the others are as usual.
    """

    chance: float = 1.0
    when: Condition | None = None
    laws: Mapping[str, Law] = field(default_factory=dict)

    def plain(self) -> dict[str, Any]:
        """As it is written in a recipe."""
        from faceaug.recipe.distributions import tidy

        head: dict[str, Any] = {} if self.chance == 1 else {"chance": tidy(self.chance)}
        if self.when is not None:
            head["when"] = self.when.text
        return head | {name: self.laws[name].plain() for name in sorted(self.laws)}


@dataclass(frozen=True)
class Recipe:
    """A checked recipe; call it to edit one photograph.

    Attributes:
        about: one sentence.
        seed: whole number, at least 0; part of the key of every random number.
        copies: pictures made of each photograph.
        first: number of the first variant.
        edits: what is asked of each edit, by its name, in alphabetical order.
        attributes: columns of the user's own table that conditions may name.
    """

    about: str
    seed: int = 0
    copies: int = 1
    first: int = 0
    edits: Mapping[str, Asked] = field(default_factory=dict)
    attributes: tuple[str, ...] = ()

    @classmethod
    def load(cls, path: str | Path) -> Recipe:
        """Read a recipe.

        Raises:
            RequestError: everything that is wrong with the file, with its lines.
        """
        from faceaug.recipe.reading import recipe_of_file

        return recipe_of_file(Path(path))

    @classmethod
    def parse(cls, given: str | Mapping[str, Any], where: str = "recipe") -> Recipe:
        """Read a recipe that is in memory.

        Args:
            given: YAML text, or a mapping of the same structure.
            where: what to call it in messages.

        Raises:
            RequestError: everything that is wrong with it.
        """
        from faceaug.recipe.reading import recipe_of_text, recipe_of_value

        return recipe_of_text(given, where) if isinstance(given, str) else recipe_of_value(given, where)

    @classmethod
    def closed(
        cls, seed: int, variant: int, edits: Mapping[str, Mapping[str, float | str]], about: str = "Drawn values"
    ) -> Recipe:
        """The recipe that makes one variant again: drawn values with nothing left to draw.

        Args:
            seed: of the recipe the values were drawn from.
            variant: number of the variant.
            edits: edit -> setting -> value.
            about: one sentence.

        Raises:
            RequestError: for unknown edits and settings, and values out of bounds.
        """
        return cls.parse({"about": about, "seed": seed, "first": variant, "edits": edits}, "drawn values")

    def with_options(self, *, seed: int | None = None, copies: int | None = None) -> Recipe:
        """The same recipe with another seed or number of copies."""
        return replace(self, seed=self.seed if seed is None else seed, copies=self.copies if copies is None else copies)

    @property
    def numbers(self) -> range:
        """Numbers of the variants that are made of each photograph."""
        return range(self.first, self.first + self.copies)

    def plain(self) -> dict[str, Any]:
        """The recipe as JSON values, which `parse` reads back to an equal recipe."""
        values: dict[str, Any] = {"about": self.about, "seed": self.seed, "copies": self.copies}
        if self.first:
            values["first"] = self.first
        if self.attributes:
            values["attributes"] = list(self.attributes)
        return values | {"edits": {name: self.edits[name].plain() for name in sorted(self.edits)}}

    def to_yaml(self) -> str:
        """The recipe as YAML text."""
        import yaml

        return yaml.safe_dump(self.plain(), sort_keys=False, allow_unicode=True, width=100)

    @cached_property
    def digest(self) -> str:
        """Hexadecimal SHA-256 of the canonical JSON: everything but `about`, comments and the order of keys."""
        values = {name: value for name, value in self.plain().items() if name != "about"}
        text = json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def __call__(
        self,
        image: npt.NDArray[np.uint8] | Photo | str | Path,
        variant: int | None = None,
        keypoints: npt.ArrayLike | None = None,
        *,
        attributes: Mapping[str, Any] | None = None,
        device: str = "cpu",
    ) -> dict[str, Any]:
        """Edit the largest face of one photograph.

        Args:
            image: (H, W, 3) uint8 sRGB, a photograph that was read, or a path.
            variant: number of the variant; `first` if not given.
            keypoints: (N, 2) points of your own, pixels; they are carried along with the face.
            attributes: what you know about the photograph, for conditions.
            device: where to compute.

        Returns:
            `image` (H, W, 3) uint8; `landmarks` (478, 3) pixels, and `landmarks_before`, those of the photograph;
            `keypoints` (N, 2) or None; `masks` name -> (H, W) uint8; `record`, a `Record` with what was drawn, applied
            and refused; `variant`, everything else that is known.

        Raises:
            PhotoError: no face was found, or it cannot be used.
        """
        from faceaug.recipe.memory import edit_one

        return edit_one(
            self,
            image,
            self.first if variant is None else variant,
            keypoints,
            attributes=attributes or {},
            device=device,
        )

    def variants(
        self,
        decomposition: Decomposition,
        variants: Sequence[int] | None = None,
        record: Record | None = None,
        batch: int = 16,
    ) -> list[Variant]:
        """Edit one decomposed photograph.

        Args:
            decomposition: a single row.
            variants: their numbers; the recipe's own if not given.
            record: what is known about the photograph, for conditions.
            batch: most pictures rendered at once.
        """
        from faceaug.recipe.variants import variants as make

        return make(self, decomposition, self.numbers if variants is None else variants, record=record, batch=batch)
