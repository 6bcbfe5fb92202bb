"""The addresses peers call, under /bridge/, without a language."""

from django.urls import path

from jumelage.bridge.views import about, feeds, freight, keys, pairing, recovery, snapshots, witness

app_name = "bridge"
urlpatterns = [
    path("about", about.about, name="about"),
    path("feeds", feeds.heads, name="heads"),
    path("feed", feeds.feed_page, name="feed-page"),
    path("snapshot", snapshots.claim, name="snapshot"),
    path("snapshot/list", snapshots.listing, name="snapshot-list"),
    path("snapshot/entries", snapshots.entries, name="snapshot-entries"),
    path("stream", feeds.stream, name="stream"),
    path("witness", witness.witness, name="witness"),
    path("copies", recovery.reaches, name="copies"),
    path("copy", recovery.page, name="copy"),
    path("keys", keys.keys, name="keys"),
    path("keys/<str:origin>", keys.keys_of, name="keys-of"),
    path("invitation/<str:nonce>", pairing.invitation, name="invitation"),
    path("pairing/hello", pairing.hello, name="hello"),
    path("freight/lists/<str:delivery>", freight.packing_list, name="freight-list"),
    path("freight/parcels/<str:delivery>/<str:session>", freight.parcels, name="freight-parcels"),
    path("freight/rates/<str:delivery>", freight.rate, name="freight-rate"),
    path("freight/sessions", freight.sessions, name="freight-sessions"),
    path("pairing/notice", pairing.notice, name="notice"),
]
