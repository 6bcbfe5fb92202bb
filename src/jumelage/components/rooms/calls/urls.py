"""The addresses of calls, below those of the rooms."""

from django.urls import path

from jumelage.components.rooms.views import calls as views

urlpatterns = [
    path("calls/check/", views.device_check, name="device-check"),
    path("calls/<str:uri>/", views.call_page, name="call"),
    path("calls/<str:uri>/ticket/", views.ticket, name="call-ticket"),
    path("calls/<str:uri>/figures/", views.figures, name="call-figures"),
    path("calls/<str:uri>/minutes.txt", views.minutes, name="call-minutes"),
]
