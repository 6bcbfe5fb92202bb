"""The addresses peers call, under /bridge/, without a language."""

from django.urls import path

from jumelage.bridge import views

app_name = "bridge"
urlpatterns = [
    path("feeds", views.heads, name="heads"),
    path("feed", views.feed_page, name="feed-page"),
    path("stream", views.stream, name="stream"),
]
