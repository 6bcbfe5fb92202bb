"""The addresses peers call, under /bridge/, without a language."""

from django.urls import path

from jumelage.bridge import views, views_pairing

app_name = "bridge"
urlpatterns = [
    path("feeds", views.heads, name="heads"),
    path("feed", views.feed_page, name="feed-page"),
    path("stream", views.stream, name="stream"),
    path("invitation/<str:nonce>", views_pairing.invitation, name="invitation"),
    path("pairing/hello", views_pairing.hello, name="hello"),
    path("pairing/notice", views_pairing.notice, name="notice"),
]
