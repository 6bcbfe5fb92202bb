"""Addresses of what a city keeps for itself: cuts, access, guests, words, views, time."""

from django.urls import path

from jumelage.components.studio.views.house import (
    access,
    cuts,
    guests,
    partners,
    time,
    viewing,
    words,
)

_PRODUCTION = "productions/<str:uri>/"

urlpatterns = [
    path(f"{_PRODUCTION}cuts/", cuts.cut_list, name="cuts"),
    path(f"{_PRODUCTION}cuts/bring/", cuts.bring, name="bring-cut"),
    path("cuts/<int:pk>/", cuts.cut_page, name="cut"),
    path("cuts/<int:pk>/settle/", cuts.settle, name="settle-cut"),
    path("cuts/<int:pk>/cut.otio", cuts.cut_otio, name="cut-otio"),
    path("cuts/<int:pk>/cut.otioz", cuts.cut_otioz, name="cut-otioz"),
    path("access/", access.access, name="access"),
    path("access/<int:pk>/withdraw/", access.withdraw, name="withdraw-application"),
    path("access/applications/", access.application_list, name="applications"),
    path("access/applications/<int:pk>/", access.application_page, name="application"),
    path("usage/", access.usage, name="usage"),
    path(f"{_PRODUCTION}guests/", guests.guest_list, name="guests"),
    path(f"{_PRODUCTION}guests/invite/", guests.invite, name="invite-guest"),
    path("guests/<int:pk>/revoke/", guests.revoke, name="revoke-guest"),
    path(f"{_PRODUCTION}words/", words.word_list, name="words"),
    path(f"{_PRODUCTION}words/make/", words.make, name="make-word"),
    path(f"{_PRODUCTION}words/change/", words.change, name="change-word"),
    path(f"{_PRODUCTION}words/use/", words.use, name="use-word"),
    path(f"{_PRODUCTION}words/drop/", words.drop, name="drop-word"),
    path(f"{_PRODUCTION}views/", viewing.view_list, name="views"),
    path(f"{_PRODUCTION}views.csv", viewing.view_file, name="views-file"),
    path(f"{_PRODUCTION}time/", time.time_list, name="time-spent"),
    path(f"{_PRODUCTION}time.csv", time.time_file, name="time-file"),
    path(f"{_PRODUCTION}mark/", viewing.mark_members, name="mark-members"),
    path(f"{_PRODUCTION}watermark.svg", viewing.watermark, name="watermark"),
    path(f"{_PRODUCTION}partners/", partners.set_apart, name="set-apart"),
    path("look/media/<str:sealed>", guests.look_media, name="look-media"),
    path("look/<str:token>/", guests.look, name="look"),
    path("look/<str:token>/watermark.svg", guests.overlaid, name="look-watermark"),
    path("look/<str:token>/<str:uri>/", guests.look_at, name="look-at"),
]
