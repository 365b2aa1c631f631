from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from faceaug.face.shoulders import with_shoulders

SIDE = 256
MIDDLE = 100.0
WALL, COAT, SHIRT, SKIN = (140, 150, 170), (22, 22, 28), (235, 235, 240), (200, 150, 130)
ALL = np.ones((SIDE, SIDE), bool)

Picture = NDArray[np.uint8]
Matte = NDArray[np.float32]


def portrait() -> tuple[Picture, NDArray[np.bool_]]:
    """A head in shirt and coat before a wall, and where the person is."""
    picture = np.empty((SIDE, SIDE, 3), np.uint8)
    picture[:] = WALL
    person = np.zeros((SIDE, SIDE), np.uint8)
    for image, coat, shirt, skin in ((picture, COAT, SHIRT, SKIN), (person, 1, 1, 1)):
        cv2.fillPoly(image, [np.array([(20, 256), (60, 170), (200, 170), (240, 256)])], coat)
        cv2.fillPoly(image, [np.array([(100, 170), (160, 170), (130, 250)])], shirt)
        cv2.ellipse(image, (130, 100), (45, 65), 0, 0, 360, skin, -1)
    return picture, person > 0


def missing_right(person: NDArray[np.bool_]) -> Matte:
    """The matte of a network that takes the right shoulder for wall."""
    matte = person.astype(np.float32)
    matte[150:, 170:] = 0
    return matte


def test_a_missing_shoulder_is_found() -> None:
    picture, person = portrait()
    found = with_shoulders(picture, missing_right(person), ALL, MIDDLE)
    inner = cv2.erode(person.astype(np.uint8), np.ones((13, 13), np.uint8)) > 0
    assert found[inner].min() > 0.9
    assert found[~(cv2.dilate(person.astype(np.uint8), np.ones((13, 13), np.uint8)) > 0)].max() < 0.1


def test_a_shoulder_of_which_the_network_is_unsure_is_made_whole() -> None:
    picture, person = portrait()
    unsure = person.astype(np.float32)
    unsure[150:, 170:] *= 0.7
    found = with_shoulders(picture, unsure, ALL, MIDDLE)
    inner = cv2.erode(person.astype(np.uint8), np.ones((13, 13), np.uint8)) > 0
    assert found[inner].min() > 0.9


def test_what_is_whole_stays_the_very_same() -> None:
    picture, person = portrait()
    matte = person.astype(np.float32)
    assert with_shoulders(picture, matte, ALL, MIDDLE) is matte


def test_a_wall_that_grows_as_bright_as_the_shirt_is_no_shirt() -> None:
    picture, person = portrait()
    fade = np.linspace(-0.4, 1.2, SIDE)[:, None, None].clip(0, 1)
    wall = np.round(np.array(WALL) * (1 - fade) + np.array(SHIRT) * fade).astype(np.uint8) * np.ones(
        (1, SIDE, 1), np.uint8
    )
    picture[~person] = wall[~person]
    matte = person.astype(np.float32)
    assert with_shoulders(picture, matte, ALL, MIDDLE) is matte


def test_what_was_added_around_the_photograph_is_no_wall() -> None:
    """Else a black coat would be as black as that."""
    picture, person = portrait()
    photo = ALL.copy()
    photo[:, :20] = photo[:, 236:] = False
    picture[~photo] = 0
    matte = missing_right(person) * photo
    found = with_shoulders(picture, matte.astype(np.float32), photo, MIDDLE)
    assert found[230:250, 190:225].min() > 0.9
    assert found[~photo].max() < 0.5


def test_the_like_of_a_coat_that_is_not_on_the_person_is_none() -> None:
    picture, person = portrait()
    picture[180:230, 5:18] = COAT
    matte = person.astype(np.float32)
    assert with_shoulders(picture, matte, ALL, MIDDLE) is matte


def test_a_thing_of_another_colour_beside_the_coat_is_none() -> None:
    picture, person = portrait()
    thing = np.zeros((SIDE, SIDE), bool)
    thing[120:, 215:] = True
    picture[thing & ~person] = (190, 40, 40)
    matte = person.astype(np.float32)
    assert with_shoulders(picture, matte, ALL, MIDDLE) is matte


def test_nothing_above_the_middle_changes() -> None:
    """Where the network is in doubt beside the face that is hair rather than cloth."""
    picture, person = portrait()
    picture[60:200, 180:225] = COAT
    matte = missing_right(person)
    matte[60:100, 180:225] = 0.3
    found = with_shoulders(picture, matte, ALL, MIDDLE)
    assert found[130:160, 195:210].min() > 0.9
    assert np.array_equal(found[:94], matte[:94])
