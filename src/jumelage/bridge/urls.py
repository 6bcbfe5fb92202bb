"""The addresses peers call, under /bridge/, without a language."""

from django.urls import path

from jumelage.bridge.views import feeds, pairing

app_name = "bridge"
urlpatterns = [
    path("feeds", feeds.heads, name="heads"),
    path("feed", feeds.feed_page, name="feed-page"),
    path("stream", feeds.stream, name="stream"),
    path("invitation/<str:nonce>", pairing.invitation, name="invitation"),
    path("pairing/hello", pairing.hello, name="hello"),
    path("pairing/notice", pairing.notice, name="notice"),
]
