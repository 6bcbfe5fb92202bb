"""The name over a picture: seen everywhere, and still a picture."""

from PIL import Image, ImageChops, ImageStat

from jumelage.components.studio.services.house.watermark import burnt, overlay


def test_every_part_of_a_burnt_frame_carries_the_name() -> None:
    frame = Image.new("RGB", (1920, 1080), (120, 90, 60))
    marked = burnt(frame, "Somebody · Port-Démo · 2031-03-04 12:00 UTC")
    difference = ImageChops.difference(frame, marked).convert("L")
    parts = [
        difference.crop((x, y, x + 640, y + 360)).getbbox() is not None
        for x in (0, 640, 1280)
        for y in (0, 360, 720)
    ]
    assert parts == [True] * 9
    assert 0 < ImageStat.Stat(difference).mean[0] < 4


def test_a_name_is_text_and_never_markup() -> None:
    assert "<script>" not in overlay("<script>alert(1)</script>")
