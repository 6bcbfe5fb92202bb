"""The addresses of the annual report, included by `agreement.urls` in its own namespace."""

from django.urls import path

from jumelage.components.agreement.report import views

urlpatterns = [
    path("<slug:partnership>/report/<int:year>/", views.report_page, name="report"),
    path(
        "<slug:partnership>/report/<int:year>/report.<slug:form>",
        views.report_file,
        name="report-file",
    ),
    path("<slug:partnership>/report/freeze/", views.freeze_report, name="report-freeze"),
    path("report/<str:uri>/confirm/", views.confirm_report, name="report-confirm"),
    path("report/<str:uri>/erratum/", views.add_erratum, name="report-erratum"),
]
