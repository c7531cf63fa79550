"""Colours as people see them who miss one kind of cone: what is ordered stays ordered, what stands side by side apart."""

import itertools

import numpy as np
import pytest

from cockpit.charts.theme import ALERT_COLOURS, SEQUENCE, SERIES, SIDES

# Machado, Oliveira and Fernandes (2009), severity 1, on linear light.
SEEN = {
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
    "none": np.eye(3).tolist(),
}
# CIE 1976 L*a*b* under D65, from linear sRGB.
XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
WHITE = XYZ.sum(axis=1)


def seen(colour: str, vision: str) -> np.ndarray:
    """Return the L*a*b* coordinates of a colour as it is seen."""
    parts = np.array([int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    share = XYZ @ np.clip(np.array(SEEN[vision]) @ linear, 0, 1) / WHITE
    root = np.where(share > 216 / 24389, np.cbrt(share), (24389 / 27 * share + 16) / 116)
    return np.array([116 * root[1] - 16, 500 * (root[0] - root[1]), 200 * (root[1] - root[2])])


def test_the_measure_itself() -> None:
    np.testing.assert_allclose(seen("#ffffff", "none"), [100, 0, 0], atol=0.02)
    np.testing.assert_allclose(seen("#ff0000", "none"), [53.24, 80.09, 67.20], atol=0.05)
    red, green = seen("#d62728", "deuteranopia"), seen("#6d7f00", "deuteranopia")
    assert np.linalg.norm(red[1:] - green[1:]) < np.linalg.norm(
        seen("#d62728", "none")[1:] - seen("#6d7f00", "none")[1:]
    )


@pytest.mark.parametrize("vision", SEEN)
def test_the_classes_of_a_map_grow_darker_by_steps_that_can_be_seen(vision: str) -> None:
    lightness = [seen(colour, vision)[0] for colour in SEQUENCE]
    assert all(lighter - darker >= 9 for lighter, darker in itertools.pairwise(lightness)), lightness


@pytest.mark.parametrize("vision", SEEN)
@pytest.mark.parametrize("colours", [tuple(ALERT_COLOURS.values()), tuple(SIDES[side][0] for side in SIDES)])
def test_colours_with_a_meaning_are_told_apart(vision: str, colours: tuple[str, ...]) -> None:
    for one, other in itertools.combinations(colours, 2):
        assert np.linalg.norm(seen(one, vision) - seen(other, vision)) >= 12, (one, other)


def test_series_and_sides_differ_in_shape_too() -> None:
    assert len({(dash, mark) for _, _, dash, mark in SERIES}) == len(SERIES)
    assert len({mark for _, mark, _ in SIDES.values()}) == len(SIDES)
