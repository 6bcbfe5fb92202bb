"""The addresses of the bridge's pages, under a language."""

from django.urls import path

from jumelage.shell.bridge_pages import (
    views,
    views_erasures,
    views_keys,
    views_pairing,
    views_recovery,
)
from jumelage.shell.bridge_pages.freight import files, sending
from jumelage.shell.bridge_pages.freight import views as freight
from jumelage.shell.bridge_pages.wall import views as wall

app_name = "line"
urlpatterns = [
    path("", views.status, name="status"),
    path("data.json", views.status_data, name="status-data"),
    path("crossing/", views.crossing, name="crossing"),
    path("crossing/data.json", views.crossing_data, name="crossing-data"),
    path("passages/", wall.passages, name="passages"),
    path("passages/data.json", wall.passages_data, name="passages-data"),
    path("passages/entries/", wall.entries, name="entries"),
    path("passages/entries/<int:pk>/", wall.entry, name="entry"),
    path("close/", wall.close, name="close"),
    path("open/", wall.reopen, name="open"),
    path("audit/", wall.audit, name="audit"),
    path("erasures/", views_erasures.erasures, name="erasures"),
    path("erasures/data.json", views_erasures.erasures_data, name="erasures-data"),
    path("erasures/erase/", views_erasures.erase, name="erase"),
    path("deliveries/", freight.deliveries, name="deliveries"),
    path("deliveries/data.json", freight.deliveries_data, name="deliveries-data"),
    path("deliveries/send/", sending.begin, name="begin-delivery"),
    path("deliveries/limits/", freight.limits, name="freight-limits"),
    path("deliveries/limits/<int:pk>/lift/", freight.lift, name="lift-limit"),
    path("deliveries/<slug:delivery>/", freight.delivery, name="delivery"),
    path("deliveries/<slug:delivery>/files/<int:number>/", files.file, name="delivered-file"),
    path("deliveries/<slug:delivery>/gather/", sending.gather, name="gather-delivery"),
    path("deliveries/<slug:delivery>/piece/", sending.piece, name="upload-piece"),
    path("deliveries/<slug:delivery>/leave-out/", sending.leave_out, name="leave-file-out"),
    path("deliveries/<slug:delivery>/send/", sending.dispatch, name="send-delivery"),
    path("deliveries/<slug:delivery>/accept/", freight.accept, name="accept-delivery"),
    path("deliveries/<slug:delivery>/pause/", freight.pause, name="pause-delivery"),
    path("deliveries/<slug:delivery>/resume/", freight.resume, name="resume-delivery"),
    path("deliveries/<slug:delivery>/refuse/", freight.refuse, name="refuse-delivery"),
    path("deliveries/<slug:delivery>/cancel/", freight.cancel, name="cancel-delivery"),
    path("deliveries/<slug:delivery>/release/", freight.release, name="release-delivery"),
    path("deliveries/<slug:delivery>/priority/", freight.prioritise, name="prioritise-delivery"),
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
