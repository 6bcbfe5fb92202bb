"""The addresses of windows, their screens, and of recordings, below those of the rooms."""

from django.urls import path

from jumelage.components.rooms.views import recordings, screens
from jumelage.components.rooms.views import windows as views

urlpatterns = [
    path("windows/", views.window_list, name="windows"),
    path("windows/open/<str:uri>/", views.open_window, name="window-open"),
    path("windows/screens/<int:pk>/revoke/", views.revoke, name="screen-revoke"),
    path("windows/<str:uri>/", views.window_page, name="window"),
    path("windows/<str:uri>/answer/", views.answer, name="window-answer"),
    path("windows/<str:uri>/quiet/", views.quiet, name="window-quiet"),
    path("windows/<str:uri>/close/", views.close, name="window-close"),
    path("windows/<str:uri>/screens/", views.make_screen, name="screen-make"),
    path("recordings/<slug:name>/", recordings.play, name="recording"),
    path("recordings/<slug:name>/delete/", recordings.delete, name="recording-delete"),
    path("screen/", screens.page, name="screen"),
    path("screen/enter/<str:secret>/", screens.enter, name="screen-enter"),
    path("screen/ticket/", screens.ticket, name="screen-ticket"),
    path("screen/beat/", screens.beat, name="screen-beat"),
]
