"""The addresses of the shell that have no language."""

from django.urls import path

from jumelage.shell.views import pages

app_name = "plain"
urlpatterns = [
    path("", pages.language, name="language"),
    path("live/", pages.live, name="live"),
    path("shell/cities.css", pages.cities, name="cities"),
]
