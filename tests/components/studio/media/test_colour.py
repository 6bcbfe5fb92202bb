"""The colour spaces that are offered: each is known, and means what its maker says."""

import numpy as np
import pytest

from jumelage.components.studio.forms.publishing import BRIGHT, LINEAR, LOGARITHMIC
from jumelage.components.studio.media import colour

GREY = {
    # what a grey that reflects 18 % is written as; Source: the white papers of the makers
    "ACEScct": 0.4136,
    "Apple Log": 0.4883,
    "ARRI LogC3 (EI800)": 0.3910,
    "ARRI LogC4": 0.2784,
    "S-Log3 S-Gamut3": 0.4106,
    "S-Log3 S-Gamut3.Cine": 0.4106,
    "CanonLog2 CinemaGamut D55": 0.3983,
    "CanonLog3 CinemaGamut D55": 0.3434,
    "V-Log V-Gamut": 0.4233,
    "Log3G10 REDWideGamutRGB": 0.3333,
    "DaVinci Intermediate WideGamut": 0.3360,
}


def test_every_space_on_offer_is_known_to_the_configuration() -> None:
    offered = [name for name, _label in (*LINEAR, *LOGARITHMIC, *BRIGHT)]

    assert [name for name in offered if name not in colour.spaces()] == []
    assert [name for name, _label in LOGARITHMIC] == list(GREY)
    assert {name for name, _label in BRIGHT} < colour.HDR


@pytest.mark.parametrize("name", GREY)
def test_grey_of_a_log_is_shown_as_grey_of_the_scene(name: str) -> None:
    scene = colour.View(input="ACEScg").exact(np.full((1, 3), 0.18, np.float32))
    view = colour.View(input=name)

    shown = view.exact(np.full((1, 3), GREY[name], np.float32))

    assert not view.linear
    assert shown == pytest.approx(scene, abs=0.004)
