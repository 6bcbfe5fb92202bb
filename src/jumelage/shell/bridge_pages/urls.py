"""The addresses of the bridge's pages, under a language."""

from django.urls import path

from jumelage.shell.bridge_pages import (
    views,
    views_erasures,
    views_keys,
    views_pairing,
    views_passages,
    views_recovery,
)

app_name = "line"
urlpatterns = [
    path("", views.status, name="status"),
    path("data.json", views.status_data, name="status-data"),
    path("crossing/", views.crossing, name="crossing"),
    path("crossing/data.json", views.crossing_data, name="crossing-data"),
    path("passages/", views_passages.passages, name="passages"),
    path("passages/data.json", views_passages.passages_data, name="passages-data"),
    path("passages/entries/", views_passages.entries, name="entries"),
    path("passages/entries/<int:pk>/", views_passages.entry, name="entry"),
    path("close/", views_passages.close, name="close"),
    path("open/", views_passages.reopen, name="open"),
    path("audit/", views_passages.audit, name="audit"),
    path("erasures/", views_erasures.erasures, name="erasures"),
    path("erasures/data.json", views_erasures.erasures_data, name="erasures-data"),
    path("erasures/erase/", views_erasures.erase, name="erase"),
    path("recovery/", views_recovery.recovery, name="recovery"),
    path("recovery/data.json", views_recovery.recovery_data, name="recovery-data"),
    path("recovery/new-epoch/", views_recovery.begin_epoch, name="begin-epoch"),
    path("keys/", views_keys.keys, name="keys"),
    path("keys/data.json", views_keys.keys_data, name="keys-data"),
    path("keys/rotate/", views_keys.rotate, name="rotate-key"),
    path("refusals/", views.refusals, name="refusals"),
    path("pairings/", views_pairing.pairings, name="pairings"),
    path("pairings/invite/", views_pairing.invite, name="invite"),
    path("pairings/accept/", views_pairing.accept, name="accept"),
    path("pairings/reply/", views_pairing.take_reply, name="take-reply"),
    path("pairings/<int:pk>/", views_pairing.pairing, name="pairing"),
    path("pairings/<int:pk>/invitation.json", views_pairing.invitation, name="invitation"),
    path("pairings/<int:pk>/reply.json", views_pairing.reply, name="reply"),
    path("pairings/<int:pk>/qr.svg", views_pairing.qr, name="qr"),
    path("pairings/<int:pk>/confirm/", views_pairing.confirm, name="confirm"),
    path("pairings/<int:pk>/leave/", views_pairing.leave, name="leave"),
    path("pairings/<int:pk>/refuse/", views_pairing.refuse, name="refuse"),
]
