"""The addresses of the directory."""

from django.urls import include, path

from jumelage.directory.views import organisations, people, profile

app_name = "directory"

of_an_organisation = [
    path("", organisations.organisation_page, name="organisation"),
    path("data.json", organisations.organisation_data, name="organisation-data"),
    path("correct/", organisations.correct_organisation, name="correct"),
    path("change/", organisations.record_change, name="change"),
    path("change/<slug:number>/withdraw/", organisations.withdraw_change, name="withdraw-change"),
    path("confirm/", organisations.confirm_organisation, name="confirm"),
    path("withdraw/", organisations.withdraw_organisation, name="withdraw"),
]

urlpatterns = [
    path("", organisations.organisation_list, name="organisations"),
    path("data.json", organisations.organisations_data, name="organisations-data"),
    path("list/", organisations.list_organisation, name="list"),
    path("organisations/<slug:slug>/", include(of_an_organisation)),
    path("people/", people.people, name="people"),
    path("people/<int:pk>/", people.roles, name="person"),
    path("people/roles/<int:pk>/end/", people.end_grant, name="end-grant"),
    path("profile/", profile.profile, name="profile"),
    path("profile/data.json", profile.own_data, name="own-data"),
    path("profile/delete/", profile.delete_account, name="delete-account"),
]
