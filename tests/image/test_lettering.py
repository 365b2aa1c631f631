"""Laws of the letters on contact sheets and pages."""

from __future__ import annotations

import pytest

from faceaug.image.lettering import lettering


@pytest.mark.parametrize("letter", "éüñßøåçšžłŞğΩЖ±°·")
def test_letters_of_file_names_are_drawn(letter: str) -> None:
    """Not as the box that stands for a letter which a font lacks: U+FFFF is none, whatever the font."""
    font = lettering(12)
    assert bytes(font.getmask(letter)) != bytes(font.getmask("\uffff"))


def test_larger_letters_are_larger() -> None:
    assert lettering(24).getlength("photograph") > 1.8 * lettering(12).getlength("photograph")
