"""Files of versions: taken in, prepared by workers, sent to the other city and taken from it."""

from jumelage.components.studio.services.media.attaching import (
    attach,
    cancel,
    enqueue,
    keep_original,
    prepare_again,
)
from jumelage.components.studio.services.media.crossing import share_original
from jumelage.components.studio.services.media.keeping import keep, path_of
from jumelage.components.studio.services.media.originals import original_here, zipped
from jumelage.components.studio.services.media.saving import bring_back, save

__all__ = (
    "attach",
    "bring_back",
    "cancel",
    "enqueue",
    "keep",
    "keep_original",
    "original_here",
    "path_of",
    "prepare_again",
    "save",
    "share_original",
    "zipped",
)
