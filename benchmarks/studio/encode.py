"""Encodes a movie as the product does, at another quality; prints the processor seconds.

python -m benchmarks.studio.encode SOURCE TARGET CRF
"""

import json
import resource
import sys
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av

from jumelage.components.studio.media.writing.proxy import HD_MOVIE, Proxy


def main() -> None:
    """Encode the pictures; sound is left out, it costs next to nothing."""
    source, target, crf = sys.argv[1:4]
    quality = replace(HD_MOVIE, options={**HD_MOVIE.options, "crf": crf})
    with av.open(source) as file:
        stream = file.streams.video[0]
        stream.thread_type = "AUTO"
        size = (stream.codec_context.width, stream.codec_context.height)
        rate = Fraction(stream.average_rate or 24)
        with Proxy(Path(target), size, rate, quality, sound=False) as proxy:
            for picture in file.decode(stream):
                proxy.show(picture)
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps(used.ru_utime + used.ru_stime))


if __name__ == "__main__":
    main()
