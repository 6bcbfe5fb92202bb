"""The addresses of the shell, under a language."""

from django.urls import path

from jumelage.shell.views import pages

app_name = "shell"
urlpatterns = [path("", pages.home, name="home")]
