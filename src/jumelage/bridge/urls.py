"""The addresses peers call, under /bridge/, without a language."""

from django.urls import URLPattern

app_name = "bridge"
urlpatterns: list[URLPattern] = []
