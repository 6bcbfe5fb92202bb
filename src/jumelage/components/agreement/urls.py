"""The addresses of the agreement. Fixed words come first, so that no partnership hides them."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from jumelage.components.agreement.views import (
    commitments,
    evidence,
    home,
    meetings,
    renewals,
    texts,
    todo,
    words,
)

app_name = "agreement"
Addresses = list[URLPattern | URLResolver]

of_a_commitment: Addresses = [
    path("", commitments.commitment_page, name="commitment"),
    path("data.json", commitments.commitment_data, name="commitment-data"),
    path("owner/", commitments.owner, name="owner"),
    path("coordinator/", commitments.coordinator, name="coordinator"),
    path("indicator/", commitments.indicator, name="indicator"),
    path("statement/", evidence.statement, name="statement"),
    path("document/", evidence.document, name="document"),
    path("count/", evidence.count, name="count"),
]
of_an_evidence: Addresses = [
    path("", evidence.evidence_page, name="evidence"),
    path("data.json", evidence.evidence_data, name="evidence-data"),
    path("file/", evidence.file, name="file"),
    path("correct/", evidence.correct, name="correct"),
    path("withdraw/", evidence.withdraw, name="withdraw"),
    path("confirm/", words.confirm, name="confirm"),
    path("dispute/", words.dispute, name="dispute"),
    path("ask/", words.ask, name="ask"),
]
of_a_draft: Addresses = [
    path("", renewals.draft_page, name="draft"),
    path("lines/<int:position>/", renewals.line_page, name="line"),
    path("add/", renewals.add, name="add-line"),
    path("annex/", renewals.annex, name="annex"),
    path("discard/", renewals.discard, name="discard-draft"),
    path("propose/", renewals.propose, name="propose"),
]
of_a_meeting: Addresses = [
    path("", meetings.meeting_page, name="meeting"),
    path("data.json", meetings.meeting_data, name="meeting-data"),
    path("invitation.ics", meetings.invitation, name="invitation"),
    path("change/", meetings.change, name="change-meeting"),
    path("record/", meetings.record, name="record-meeting"),
    path("cancel/", meetings.cancel, name="cancel-meeting"),
    path("work/<int:position>/done/", meetings.finish, name="finish-work"),
]
of_a_partnership: Addresses = [
    path("", home.home, name="partnership"),
    path("data.json", home.home_data, name="home-data"),
    path("history/", home.history, name="history"),
    path("history/data.json", home.history_data, name="history-data"),
    path("texts/<slug:slug>/", texts.text_page, name="text"),
    path("texts/<slug:slug>/data.json", texts.text_data, name="text-data"),
    path("texts/<slug:slug>/sign/", texts.sign, name="sign"),
    path("texts/<slug:slug>/unsign/", texts.unsign, name="unsign"),
    path("commitments/<str:slug>/", include(of_a_commitment)),
    path("meetings/", meetings.meeting_list, name="meetings"),
    path("meetings/data.json", meetings.meeting_list_data, name="meetings-data"),
]
urlpatterns: Addresses = [
    path("", home.home, name="home"),
    path("to-do/", todo.to_do, name="to-do"),
    path("evidence/<str:uri>/", include(of_an_evidence)),
    path("indicators/<str:uri>/", commitments.change_indicator, name="change-indicator"),
    path("requests/<str:uri>/answer/", words.answer, name="answer"),
    path("renewals/<int:pk>/", include(of_a_draft)),
    path("meetings/<str:uri>/", include(of_a_meeting)),
    path("renew/<slug:slug>/", renewals.begin, name="begin-renewal"),
    path("call/<slug:slug>/", meetings.call, name="call-meeting"),
    *(
        path("", include(f"jumelage.components.agreement.{part}.urls"))
        for part in ("report", "exports")
        if find_spec(f"jumelage.components.agreement.{part}.urls")
    ),
    path("<slug:of>/", include(of_a_partnership)),
]
