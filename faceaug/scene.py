"""The scene: what a face photograph was taken apart into, and the channels that edits have written to."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from torch import Tensor

from faceaug.data.brief import Brief
from faceaug.face.decomposition import Decomposition, rebuilt, stack_rows
from faceaug.image.noise import Noise

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import torch

    from faceaug.channels import Eyewear, Lighting, Sensor, Shade, Tone, Turn
    from faceaug.edit import Settings


CHANNELS: Final = ("turn", "tone", "pigment", "relief", "light", "eyewear", "shade", "sensor")
"""The fields of a scene that edits write to, in the order in which the renderer answers them."""


@dataclass(frozen=True, repr=False)
class Scene(Brief):
    """A batch of decomposed faces, with what the edits have asked of them so far.

    All rows share one photograph size and one window size. Edits return a changed copy and never touch pixels.

    Attributes:
        source: The photographs taken apart, B rows.
        seed: Seed of the run.
        variants: Number of the variant, one a row.
        pigment: Added melanin and haemoglobin ``(B, 2, h, w)``, in units of optical density (see ``face/skin``).
        light: New light, or None for the photograph's own.
        sensor: Camera faults, or None for none.
        turn: Another head pose, or None for the photograph's own.
        tone: Another apparent skin tone, or None for the photograph's own.
        relief: Height added to the skin ``(B, 1, h, w)``, mm, positive toward the outside, or None.
        eyewear: Glasses to be put on, or None for none.
        shade: Something that stands in the light, or None for nothing.
        shading: What the new light does to the person, once a stage has worked it out: a factor on the light of each
            channel, and added gloss ``(B, 4, h, w)``; or None.
        bare: Share of bare skin in each pixel's person ``(B, 1, h, w)``, 0..1, where a stage has carried it along.
        masks: Label masks by name, ``(B, 1, h, w)`` in 0..1, over the window.
        beyond: Those of them that go on beyond it, ``(B, 1, H, W)`` over the whole photograph.
        conditions: Edit to what it laid on the skin ``(B, 2 or 3, h, w)``: melanin, haemoglobin, height. `pigment` and
            `relief` hold the sums.
        applied: Edit to the settings that were used.
    """

    source: Decomposition
    seed: int = 0
    variants: tuple[int, ...] = (0,)
    pigment: Tensor | None = None
    light: Lighting | None = None
    sensor: Sensor | None = None
    turn: Turn | None = None
    tone: Tone | None = None
    relief: Tensor | None = None
    eyewear: Eyewear | None = None
    shade: Shade | None = None
    shading: Tensor | None = None
    bare: Tensor | None = None
    masks: Mapping[str, Tensor] = field(default_factory=dict)
    beyond: Mapping[str, Tensor] = field(default_factory=dict)
    conditions: Mapping[str, Tensor] = field(default_factory=dict)
    applied: Mapping[str, Settings] = field(default_factory=dict)

    @classmethod
    def of(
        cls, source: Decomposition | Sequence[Decomposition], *, seed: int = 0, variants: Sequence[int] | None = None
    ) -> Scene:
        """Start an unedited scene from one decomposition a row.

        Args:
            source: One decomposition (repeated for every variant), or one a row.
            seed: Seed of the run.
            variants: Variant number of each row; counted from 0 when not given.

        Raises:
            TypeError: What is given is no decomposition.
            ValueError: The rows' photographs or windows differ in size, or the counts disagree.
        """
        if isinstance(source, Decomposition):
            chosen = tuple(variants) if variants is not None else tuple(range(len(source)))
            rows = source if len(source) == len(chosen) else source.repeated(len(chosen))
        else:
            faces: list[Any] = list(source)
            strange = next((face for face in faces if not isinstance(face, Decomposition)), None)
            if strange is not None:
                msg = (
                    f"a Scene is made of a Decomposition, not a {type(source).__name__}; make one by faceaug.decompose"
                )
                raise TypeError(msg)
            rows = stack_rows(faces)
            chosen = tuple(variants) if variants is not None else (0,) * len(rows)
        if len(chosen) != len(rows):
            msg = f"{len(rows)} faces but {len(chosen)} variant numbers"
            raise ValueError(msg)
        return cls(rows, seed, chosen)

    def __len__(self) -> int:
        return len(self.source)

    def row(self, index: int) -> Scene:
        """Return one row as a scene of its own; of a scene of one row the scene itself."""
        if index == 0 and len(self) == 1:
            return self
        part = slice(index, index + 1)

        def cut(channel: Any) -> Any:  # one body for tensors, channel classes and None
            if channel is None or isinstance(channel, Tensor):
                return None if channel is None else channel[part]
            return rebuilt(channel, lambda t: t[part], lambda u: u[part])

        channels = {name: cut(getattr(self, name)) for name in CHANNELS}
        return replace(
            self,
            source=self.source.row(index),
            variants=self.variants[part],
            shading=cut(self.shading),
            bare=cut(self.bare),
            masks={name: mask[part] for name, mask in self.masks.items()},
            beyond={name: mask[part] for name, mask in self.beyond.items()},
            conditions={name: drawn[part] for name, drawn in self.conditions.items()},
            applied={name: {k: v[part] for k, v in used.items()} for name, used in self.applied.items()},
            **channels,
        )

    @property
    def device(self) -> torch.device:
        """Device of the scene's tensors."""
        return self.source.linear.device

    def noise(self, edit: str) -> Noise:
        """Return the noise of ``edit`` for these rows: a function of seed, photograph, variant and edit alone."""
        return Noise.of(self.seed, [p.sha256 for p in self.source.photos], self.variants, edit)

    def lacking(self, needs: frozenset[str]) -> list[str | None]:
        """Say for each row which needed part of the scene is missing, or None."""
        return self.source.lacking(needs)

    def noting(self, edit: str, settings: Settings) -> Scene:
        """Return a copy that remembers the settings ``edit`` was used with."""
        return replace(self, applied={**self.applied, edit: settings})

    def with_pigment(self, added: Tensor) -> Scene:
        """Return a copy with melanin and haemoglobin ``(B, 2, h, w)`` added to the skin."""
        return replace(self, pigment=added if self.pigment is None else self.pigment + added)

    def with_relief(self, added: Tensor) -> Scene:
        """Return a copy with height ``(B, 1, h, w)`` in mm added to the skin."""
        return replace(self, relief=added if self.relief is None else self.relief + added)

    def with_condition(self, edit: str, drawn: Tensor, mask: Tensor) -> Scene:
        """Return a copy with what ``edit`` lays on the skin, and its label mask by its own name.

        Args:
            edit: Name of the edit.
            drawn: Melanin, haemoglobin and perhaps height ``(B, 2 or 3, h, w)``.
            mask: Label mask ``(B, 1, h, w)``.
        """
        laid = self.with_mask(edit, mask).with_pigment(drawn[:, :2])
        raised = laid.with_relief(drawn[:, 2:]) if drawn.shape[1] > 2 else laid
        return replace(raised, conditions={**self.conditions, edit: drawn})

    def bare_of(self, edit: str, row: int) -> bool:
        """Whether a skin condition laid nothing anywhere on the skin of a row; False of all other edits."""
        return edit in self.conditions and not bool(self.conditions[edit][row].any())

    def with_mask(self, name: str, mask: Tensor) -> Scene:
        """Return a copy that carries one more label mask ``(B, 1, h, w)``."""
        return replace(self, masks={**self.masks, name: mask})
