"""The addresses of the practices."""

from django.urls import path

from jumelage.components.practices import views

app_name = "practices"
urlpatterns = [
    path("", views.practice_list, name="list"),
    path("data.json", views.practice_list_data, name="list-data"),
    path("new/", views.write, name="create"),
    path("drafts/<int:pk>/", views.change_draft, name="draft"),
    path("drafts/<int:pk>/discard/", views.discard, name="discard"),
    path("adoptions/<str:uri>/report/", views.report, name="report"),
    path("said/<str:uri>/withdraw/", views.withdraw, name="withdraw"),
    path("<str:uri>/", views.practice_page, name="detail"),
    path("<str:uri>/data.json", views.practice_data, name="detail-data"),
    path("<str:uri>/revise/", views.revise, name="revise"),
    path("<str:uri>/comment/", views.comment, name="comment"),
    path("<str:uri>/adopt/", views.adopt, name="adopt"),
]
