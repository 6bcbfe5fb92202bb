"""What may go wrong with shared minutes."""

from jumelage.kit.errors import JumelageError


class MinutesError(JumelageError):
    """The minutes cannot take this."""

    http_status = 422


class BrokenMinutesError(MinutesError):
    """What this page sent is not a change of the minutes; the page takes them anew."""


class EarlyMinutesError(MinutesError):
    """Something is missing between what this node has and what was sent; it is asked for."""


class FullMinutesError(MinutesError):
    """The minutes are full ({most} kB): take something out first."""


class ReadOnlyMinutesError(MinutesError):
    """You may read these minutes, not write in them."""


class UnknownMinutesError(MinutesError):
    """There are no minutes of this session here."""

    http_status = 404
