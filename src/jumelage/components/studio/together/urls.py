"""The addresses of reviews held together; `studio.urls` includes them."""

from django.urls import path

from jumelage.components.studio.views import sessions, together

_SESSION = "sessions/<str:uri>/"

urlpatterns = [
    path("productions/<str:uri>/sessions/", sessions.session_list, name="sessions"),
    path("productions/<str:uri>/sessions/call/", sessions.call, name="call-session"),
    path(_SESSION, sessions.session_page, name="session"),
    path(f"{_SESSION}change/", sessions.change, name="change-session"),
    path(f"{_SESSION}close/", sessions.close, name="close-session"),
    path(f"{_SESSION}withdraw/", sessions.withdraw, name="withdraw-session"),
    path(f"{_SESSION}room/", together.room, name="session-room"),
    path(f"{_SESSION}data.json", together.room_data, name="session-data"),
    path(f"{_SESSION}ticket/", together.ticket, name="session-ticket"),
    path(f"{_SESSION}say/", together.say, name="session-say"),
    path(f"{_SESSION}log/", together.log, name="session-log"),
    path(f"{_SESSION}log.json", together.log_json, name="session-log-json"),
    path(f"{_SESSION}log.csv", together.log_csv, name="session-log-csv"),
    path(f"{_SESSION}log.otio", together.log_otio, name="session-log-otio"),
]
