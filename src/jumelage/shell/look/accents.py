"""City accents that can be read: a colour that fails AA is made darker or lighter.

Colours come from other cities, so nothing but `#rrggbb` ever reaches the style sheet.
Source: WCAG 2.2, success criterion 1.4.3 and the definition of contrast ratio.
"""

import colorsys
import re

PAPER = {"light": "#f1eee6", "dark": "#1a2129"}
"""The less favourable of the two papers of each theme (tokens.css: `--sheet`)."""

AA = 4.5
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_INK = {"light": "#1d1f22", "dark": "#e9e6df"}


def _rgb(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return red, green, blue


def luminance(colour: str) -> float:
    """Return the relative luminance of `#rrggbb`, 0 (black) to 1 (white)."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in _rgb(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def readable(colour: str, theme: str) -> str:
    """Return *colour*, moved in lightness until it passes AA on the paper of *theme*."""
    if not _COLOUR.fullmatch(colour):
        return _INK[theme]
    hue, light, saturation = colorsys.rgb_to_hls(*_rgb(colour))
    step, end = (-0.01, 0.0) if theme == "light" else (0.01, 1.0)
    while contrast(colour, PAPER[theme]) < AA and light != end:
        light = min(1.0, max(0.0, light + step))
        colour = _hex(colorsys.hls_to_rgb(hue, light, saturation))
    return colour.lower()


def _hex(rgb: tuple[float, float, float]) -> str:
    return "#" + "".join(f"{round(channel * 255):02x}" for channel in rgb)


def rules(slug: str, light: str, dark: str) -> str:
    """Return the CSS that gives the class `city-<slug>` its accent in both themes."""
    name = f".city-{slug}"
    day, night = readable(light, "light"), readable(dark, "dark")
    dark_rules = (
        f"@media (prefers-color-scheme:dark)"
        f"{{:root:not([data-theme=light]) {name}{{--city:{night}}}}}"
        f":root[data-theme=dark] {name}{{--city:{night}}}"
    )
    return f"{name}{{--city:{day}}}\n@media screen{{{dark_rules}}}\n"
