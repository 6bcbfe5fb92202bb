"""From a file somebody brings to what a review page plays; knows no tables and no settings.

Theory of operation. `prepare.prepare` is the one way in, called behind the walls of
`kit.sandbox.work`. `reading` opens the file, tells its facts, and yields every picture in order,
once: a movie by PyAV, OpenEXR frames through the baked view of `colour`, other pictures by PyAV
or Pillow. `writing` makes both proxies and the small pictures in that one pass. Then both proxies
are decoded again, and each frame is compared with the source frame it stands for: the count, the
time and the picture. What does not agree is refused with a word of `facts.REASONS`.
"""

WORKER = "jumelage.components.studio.media.prepare:prepare"
"""How `kit.sandbox.work` names the way in."""
