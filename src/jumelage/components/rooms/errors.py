"""What can go wrong with rooms and bookings, one class per thing a person can act on."""

from jumelage.kit.errors import InvalidInputError, NotAllowedError


class NotYourRoomError(NotAllowedError):
    """This room belongs to the other city, which decides over it."""


class NotTwinRoomsError(InvalidInputError):
    """Choose a room of your own city and one of the other city."""


class RoomGoneError(InvalidInputError):
    """{name} is not offered any more."""

    http_status = 409


class PastTimeError(InvalidInputError):
    """This time has passed. Choose one that is to come."""


class ConflictsError(InvalidInputError):
    """Not every time can be had: {when}."""

    http_status = 409


class NothingFreeError(InvalidInputError):
    """None of these times can be had."""

    http_status = 409


class AlreadyAnsweredError(InvalidInputError):
    """Somebody has answered this already."""

    http_status = 409


class OverAlreadyError(InvalidInputError):
    """This booking is over, refused or cancelled already."""

    http_status = 409


class BookedRoomError(InvalidInputError):
    """{name} is still booked {count} times. Cancel these bookings first."""

    http_status = 409


class WindowExistsError(InvalidInputError):
    """There is a window between these rooms already."""

    http_status = 409


class CalendarFileError(InvalidInputError):
    """This calendar file cannot be read: {reason}."""


class ScreensOnlyError(NotAllowedError):
    """Only the screens of both rooms take part in a window."""


class WindowQuietError(NotAllowedError):
    """One of the two rooms has its quiet hours."""

    http_status = 409


class StrangeScreenError(NotAllowedError):
    """This link opens no screen. It may have been taken back: ask whoever runs the room."""

    http_status = 404


class UnnamedScreenError(InvalidInputError):
    """Give the screen a name, such as “hall, ground floor”."""
