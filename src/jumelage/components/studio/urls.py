"""The addresses of the studio."""

from django.urls import path

from jumelage.components.studio.review.urls import urlpatterns as review
from jumelage.components.studio.together.urls import urlpatterns as together
from jumelage.components.studio.urls_house import urlpatterns as house
from jumelage.components.studio.views import entities, grid, home, productions, requests, tasks
from jumelage.components.studio.views.media_urls import urlpatterns as media

app_name = "studio"
_PRODUCTION = "productions/<str:uri>/"

urlpatterns = [
    path("", home.home, name="home"),
    path("data.json", home.home_data, name="home-data"),
    path("new/", home.new, name="new"),
    path("my-work/", home.my_work, name="my-work"),
    path("my-work/data.json", home.my_work_data, name="my-work-data"),
    path(_PRODUCTION, productions.production_page, name="production"),
    path(f"{_PRODUCTION}data.json", productions.production_data, name="production-data"),
    path(f"{_PRODUCTION}coordinator/", home.name_coordinator, name="name-coordinator"),
    path(f"{_PRODUCTION}settings/", productions.settings, name="settings"),
    path(f"{_PRODUCTION}open/", productions.open_to, name="open-to"),
    path(f"{_PRODUCTION}close/", productions.close, name="close"),
    path(f"{_PRODUCTION}members/", productions.members, name="members"),
    path(f"{_PRODUCTION}grid/", grid.grid_page, name="grid"),
    path(f"{_PRODUCTION}grid/data.json", grid.grid_data, name="grid-data"),
    path(f"{_PRODUCTION}grid/change/", grid.change_many, name="change-many"),
    path(f"{_PRODUCTION}plan/", grid.plan, name="plan"),
    path(f"{_PRODUCTION}requests/", requests.request_list, name="requests"),
    path("seats/<str:uri>/end/", productions.end_seat, name="end-seat"),
    path("seats/<str:uri>/part/", productions.change_role, name="change-role"),
    path("entities/<str:uri>/", entities.entity_page, name="entity"),
    path("entities/<str:uri>/change/", entities.change, name="change-entity"),
    path("entities/<str:uri>/cast/", entities.cast, name="cast"),
    path("tasks/<str:uri>/", tasks.task_page, name="task"),
    path("tasks/<str:uri>/data.json", tasks.task_data, name="task-data"),
    path("tasks/<str:uri>/say/", tasks.say, name="say"),
    path("tasks/<str:uri>/change/", tasks.change, name="change-task"),
    path("tasks/<str:uri>/time/", tasks.time, name="time"),
    path("comments/<str:uri>/reply/", tasks.reply, name="reply"),
    path("comments/<str:uri>/change/", tasks.change_comment, name="change-comment"),
    path("comments/<str:uri>/withdraw/", tasks.withdraw_comment, name="withdraw-comment"),
    path("requests/<str:uri>/answer/", requests.answer, name="answer"),
    path("requests/<str:uri>/withdraw/", requests.withdraw, name="withdraw-request"),
    *review,
    *together,
    *house,
    *media,
]
