"""The addresses of reviews held together; `studio.urls` includes them."""

from django.urls import path

from jumelage.components.studio.views.sessions import calling, logs, room

_SESSION = "sessions/<str:uri>/"

urlpatterns = [
    path("productions/<str:uri>/sessions/", calling.session_list, name="sessions"),
    path("productions/<str:uri>/sessions/call/", calling.call, name="call-session"),
    path(_SESSION, calling.session_page, name="session"),
    path(f"{_SESSION}change/", calling.change, name="change-session"),
    path(f"{_SESSION}close/", calling.close, name="close-session"),
    path(f"{_SESSION}withdraw/", calling.withdraw, name="withdraw-session"),
    path(f"{_SESSION}room/", room.room, name="session-room"),
    path(f"{_SESSION}data.json", room.room_data, name="session-data"),
    path(f"{_SESSION}ticket/", room.ticket, name="session-ticket"),
    path(f"{_SESSION}say/", room.say, name="session-say"),
    path(f"{_SESSION}minutes.md", room.minutes, name="session-minutes"),
    path(f"{_SESSION}log/", logs.log, name="session-log"),
    path(f"{_SESSION}log.json", logs.log_json, name="session-log-json"),
    path(f"{_SESSION}log.csv", logs.log_csv, name="session-log-csv"),
    path(f"{_SESSION}log.otio", logs.log_otio, name="session-log-otio"),
]
