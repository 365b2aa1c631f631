"""The opposition in the speed table: albumentations' transforms that come nearest to ours in what they show."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

Step = Callable[[np.ndarray], np.ndarray]


def albumentations_steps() -> dict[str, Step]:
    """Transforms by the names under which they stand in the table; the last one is all of them in one pipeline."""
    import albumentations as A

    steps = {
        "Illumination (linear)": A.Illumination(mode="linear", intensity_range=(0.1, 0.2), p=1),
        "RandomShadow": A.RandomShadow(p=1),
        "ColorJitter": A.ColorJitter(p=1),
        "ISONoise": A.ISONoise(p=1),
        "Defocus": A.Defocus(radius=(1, 3), p=1),
        "ImageCompression": A.ImageCompression(quality_range=(80, 95), p=1),
    }
    whole = A.Compose(list(steps.values()), seed=7)

    def alone(transform: A.BasicTransform) -> Step:
        pipeline = A.Compose([transform], seed=7)
        return lambda pixels: np.asarray(pipeline(image=pixels)["image"])

    made = {name: alone(transform) for name, transform in steps.items()}
    return {**made, "all six": lambda pixels: np.asarray(whole(image=pixels)["image"])}
