"""The addresses of the rooms."""

from django.urls import include, path

from jumelage.components.rooms.views import asked, bookings, calendars, rooms

app_name = "rooms"
_ROOM, _BOOKING, _TIME = "rooms/<str:uri>/", "bookings/<str:uri>/", "times/<str:uri>/"

urlpatterns = [
    path("", rooms.room_list, name="list"),
    path("data.json", rooms.room_list_data, name="list-data"),
    path("new/", rooms.register, name="register"),
    path(_ROOM, rooms.room_page, name="room"),
    path(f"{_ROOM}data.json", rooms.room_data, name="room-data"),
    path(f"{_ROOM}photo.jpg", rooms.photo, name="photo"),
    path(f"{_ROOM}change/", rooms.change, name="change"),
    path(f"{_ROOM}withdraw/", rooms.withdraw, name="withdraw"),
    path(f"{_ROOM}free-busy.ics", calendars.free_busy, name="free-busy"),
    path(f"{_ROOM}taken.ics", calendars.taken, name="taken"),
    path(f"{_ROOM}import/", calendars.bring, name="import"),
    path("book/", bookings.book, name="book"),
    path("bookings/", bookings.booking_list, name="bookings"),
    path(_BOOKING, bookings.series, name="series"),
    path(f"{_BOOKING}change/", bookings.change_booking, name="change-booking"),
    path(f"{_BOOKING}release/", bookings.release, name="release"),
    path(f"{_BOOKING}calendar.ics", calendars.series_file, name="series-ics"),
    path(f"{_TIME}calendar.ics", calendars.occurrence_file, name="occurrence-ics"),
    path(f"{_TIME}report/", asked.report, name="report"),
    path("asked/", asked.ask_list, name="asks"),
    path("asked/<str:uri>/", asked.ask, name="ask"),
    path("calendar/", calendars.feed, name="feed"),
    path("calendar/<slug:secret>.ics", calendars.feed_file, name="feed-ics"),
    path("", include("jumelage.components.rooms.calls.urls")),
    path("", include("jumelage.components.rooms.windows.urls")),
]
