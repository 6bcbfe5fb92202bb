"""The addresses of the shell, under a language."""

from django.urls import include, path

from jumelage.shell.views import pages

app_name = "shell"
urlpatterns = [
    path("", pages.home, name="home"),
    path("bridge/", include("jumelage.shell.bridge_pages.urls")),
]
