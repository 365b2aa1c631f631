"""Edit: glasses."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from torch import Tensor

from faceaug.channels import Eyewear
from faceaug.edit import Faint, Settings, by, choice, edit, number
from faceaug.face.worn import worn_glasses
from faceaug.image.noise import Noise
from faceaug.scene import Scene

# Beyond this yaw the far lens is half hidden by the nose and the near temple fills the picture, degrees.
_FARTHEST_YAW = 45.0

Words = tuple[str, ...]
# How often each is drawn: of 103 wearers in official portraits 36 have no rims, 25 half ones or such as fade below, 36
# wire all around and 6 acetate (our own count by eye); here acetate is a little more usual, as in shops of today.
_STYLES = {
    "round": 4,
    "oval": 17,
    "rectangle": 17,
    "square": 5,
    "aviator": 5,
    "cat_eye": 2,
    "browline": 2,
    "rimless": 26,
    "half_rim": 22,
}
_MATERIALS = {"acetate": 18, "metal": 81, "translucent": 1}
# Plastic is dark or tortoise (of six wearers of it two have black), wire shines.
_PLASTIC = {"black": 32, "brown": 20, "tortoise": 30, "blue": 4, "red": 4}
_WIRE = {"black": 20, "brown": 22, "tortoise": 1, "blue": 2, "red": 1, "gold": 24, "silver": 30}
_COLOURS = {"acetate": _PLASTIC, "translucent": _PLASTIC, "metal": _WIRE}
# Spherical equivalents of people who need glasses, of which one is drawn, dioptres: sixteenths of a normal law of mean
# -0.65 and deviation 2.38, as opticians' records have it (348 people of 6 to 81 years; V. Carneiro and J. M.
# Gonzalez-Meijome, "Prevalence of refractive error within a Portuguese sample of optometric records", J. Optometry 16,
# 2023), without what is weaker than 0.75, up to the usual bounds. Eyes of 94 wearers in official portraits are 0.988
# times as wide as those of 178 others (medians), as lenses of -0.8 show them. Most lenses against the sun correct none.
_NEEDED = (-5.0, -4.25, -3.5, -3.0, -2.5, -2.25, -1.75, -1.5, -1.25, -1.0, 0.75, 1.25, 1.75, 2.25, 2.75, 3.0)
_SUN_POWER = (0.0, 0.0, 0.0, -1.5, 0.0, -3.0)
# Frames with lenses against the sun are mostly plastic and seldom without a rim (as shops show them); the lenses are
# seldom coated against reflections, and before their dark ground lamps are seen that clear ones hardly show: a blind
# observer named all that showed none.
_SUN = {
    "gloss": (0.7, 1.2),
    "power": _SUN_POWER,
    "style": {
        "aviator": 26,
        "square": 24,
        "rectangle": 22,
        "round": 6,
        "cat_eye": 7,
        "oval": 7,
        "browline": 4,
        "rimless": 4,
    },
    "material": {"acetate": 60, "metal": 38, "translucent": 2},
}
_LAMPS = {"lamps": 74, "surroundings": 10, "softbox": 12, "window": 4}
_LENSES = {
    "clear": {"power": _NEEDED},
    "tinted": {**_SUN, "reflection": _LAMPS},
    "gradient": {**_SUN, "reflection": _LAMPS},
    "mirrored": _SUN,
}

# What holds lenses without rims is wire; half rims and round ones are of it as a rule.
_WIRED = {
    "rimless": {"material": {"metal": 1}},
    "half_rim": {"material": {"metal": 9, "acetate": 1}},
    "round": {"material": {"metal": 6, "acetate": 1}},
}
# Of 40 wearers in official portraits 12 show something bright in a lens (in one lens alone or quite unlike): 8 a patch,
# 4 a veil up to the rim; the others a faint veil or nothing.
_MIRRORED = {"surroundings": 62, "window": 4, "lamps": 10, "softbox": 14, "none": 10}

Style = Annotated[Words, choice(*_STYLES, means="shape of the frame", often=_STYLES, implies=_WIRED)]
Material = Annotated[
    Words,
    choice(
        *_MATERIALS,
        means="what the frame is made of",
        often=_MATERIALS,
        implies={name: {"colour": colours} for name, colours in _COLOURS.items()},
    ),
]
Colour = Annotated[Words, choice(*_WIRE, means="colour of the frame")]
Lens = Annotated[
    Words, choice("clear", "tinted", "gradient", "mirrored", means="what the lenses do to light", implies=_LENSES)
]
TintColour = Annotated[
    Words, choice("grey", "brown", "green", "blue", "rose", means="colour of lenses that are not clear")
]
Reflection = Annotated[
    Words,
    choice(*_MIRRORED, means="what the lenses mirror; a coat of mirror always a view", often=_MIRRORED),
]
Power = Annotated[
    Tensor,
    number(
        -5, 3, unit="dioptres", within=(-12, 8), means="strength of the lenses; below 0 the eyes behind look smaller"
    ),
]
# Lenses that let four fifths of the light pass are "clear or of a very light tint" (ISO 12312-1, filter category 0).
_CLEAR = Faint("tint", 0.2, {"tinted": "clear", "gradient": "clear"})
# Tinted lenses hide what the eyes look like.
_HIDDEN = by("lens", {"tinted": None, "gradient": None, "mirrored": None}, _CLEAR)


def _declined(scene: Scene, settings: Settings) -> list[str | None]:
    """Refuse heads that are turned too far, and faces that wear glasses already unless they are to be kept."""
    reasons: list[str | None] = []
    for row in range(len(scene)):
        yaw, reason = abs(float(scene.source.pose.angles[row, 0])), None
        if yaw > _FARTHEST_YAW:
            reason = f"the head is turned {yaw:.0f} degrees, more than {_FARTHEST_YAW:.0f}"
        elif settings["over"][row] == "refuse" and worn_glasses(scene.source.row(row)).worn:
            reason = "the person wears glasses already"
        reasons.append(reason)
    return reasons


@edit(
    main="style",
    channel="eyewear",
    neutral={"strength": 0.0},
    sets={
        "glasses": by(
            "lens", {"clear": "clear", "tinted": "tinted", "gradient": "tinted", "mirrored": "tinted"}, _CLEAR
        ),
        "eye_colour": _HIDDEN,
        "gaze": _HIDDEN,
        "gaze_yaw": _HIDDEN,
        "gaze_pitch": _HIDDEN,
        "eyes_closed": _HIDDEN,
    },
    measures={"occlusion", "covered_part"},
    refuses=_declined,
)
def glasses(
    scene: Scene,
    noise: Noise,
    *,
    lens: Lens = "clear",  # type: ignore[assignment]
    style: Style,
    material: Material,
    colour: Colour,
    size: Annotated[Tensor, number(0.92, 1.0, within=(0.8, 1.2), means="width over that of the head at the temples")],
    thickness: Annotated[Tensor, number(0.8, 1.25, within=(0.5, 2.0), means="width of the rims over the usual one")],
    reflection: Reflection,
    gloss: Annotated[Tensor, number(0.05, 0.8, within=(0, 2), means="reflection of the lenses: 1 bare, 0.2 coated")],
    lowered: Annotated[
        Tensor, number(0.0, 3.0, unit="mm", within=(-3, 14), means="how far they have slipped down the nose")
    ],
    askew: Annotated[
        Tensor,
        number(
            -3,
            3,
            unit="degrees",
            within=(-8, 8),
            mirror="negate",
            means="how far the lenses are turned, so that they do not mirror alike, and how crooked they sit",
        ),
    ],
    tint: Annotated[
        Tensor, number(0.3, 0.9, within=(0, 0.97), means="share of light that lenses absorb unless clear")
    ] = 0.8,  # type: ignore[assignment]
    tint_colour: TintColour = "grey",  # type: ignore[assignment]
    power: Power,
    over: Annotated[
        Words, choice("refuse", "draw", means="whether faces that seem to wear glasses are refused or drawn over")
    ] = "refuse",  # type: ignore[assignment]
    strength: Annotated[
        Tensor, number(0, 1, within=(0, 1), means="blend from none (0) to the glasses as they are (1)")
    ] = 1.0,  # type: ignore[assignment]
) -> Scene:
    """Put glasses on: a frame cut to this head, lenses that bend, tint and mirror, shadows on the skin.

    The frame is three-dimensional and measured in millimetres: it rests on the nose, leans and bends around the face,
    clears brows and cheeks, and its temples run to the ears, behind hair that covers them. It stands in the
    photograph's own light (or the one that `lighting` asks for), is as sharp as the photograph and as grainy. Lenses of
    some power displace what is behind them, the more the farther it is, and the landmarks that are seen through them.

    Source:
        Fit: opticians' practice (boxed lens system, ISO 8624; pantoscopic tilt 6-12 degrees, vertex distance 12-14 mm,
        pupils at 55-60 % of the lens' height). Magnification 1 / (1 - d P) of what is d behind: textbooks of optics.
    """
    asked = Eyewear(
        style, material, colour, lens, tint_colour, reflection, size, thickness, gloss, lowered, askew, tint, power,
        strength, noise,
    )  # fmt: skip
    return replace(scene, eyewear=asked)
