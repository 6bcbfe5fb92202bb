"""The addresses of the dialect, all below `/api`."""

from django.urls import URLPattern, path, re_path

from jumelage.components.studio.kitsu.endpoint import Endpoint, Made, Open, unknown
from jumelage.components.studio.kitsu.views import (
    auth,
    comments,
    context,
    entities,
    media,
    playlists,
    previews,
    projects,
    tasks,
    tools,
    vocabulary,
)

_OPEN = (
    ("", Endpoint(GET=Open(auth.root))),
    ("auth/login", Endpoint(POST=Open(auth.login))),
    ("auth/refresh-token", Endpoint(GET=Open(auth.refresh))),
)
"""What needs no token, or the longer one."""
_PEOPLE = (
    ("auth/authenticated", Endpoint(GET=auth.authenticated)),
    ("auth/logout", Endpoint(GET=auth.logout)),
    ("data/user/context", Endpoint(GET=context.context)),
    ("data/user/tasks", Endpoint(GET=tasks.own)),
    ("data/user/projects/open", Endpoint(GET=context.open_projects)),
    ("data/persons", Endpoint(GET=context.persons)),
    ("data/persons/<uuid:person>/tasks", Endpoint(GET=tasks.of_person)),
    ("actions/persons/<uuid:person>/assign", Endpoint(PUT=tasks.assign)),
)
_WORDS = (
    ("data/asset-types", Endpoint(GET=vocabulary.asset_types)),
    ("data/entity-types", Endpoint(GET=vocabulary.types_of_entity, POST=Made(vocabulary.new_type))),
    ("data/task-types", Endpoint(GET=vocabulary.task_types)),
    ("data/task-status", Endpoint(GET=vocabulary.statuses)),
    ("data/departments", Endpoint(GET=vocabulary.departments)),
    ("data/project-status", Endpoint(GET=context.project_states)),
    ("data/output-types", Endpoint(GET=context.nothing)),
)
_PROJECT = "data/projects/<uuid:project>"
_PROJECTS = (
    ("data/projects", Endpoint(GET=projects.projects, POST=Made(projects.new_project))),
    ("data/projects/open", Endpoint(GET=context.open_projects)),
    (_PROJECT, Endpoint(GET=projects.project, PUT=projects.change_project)),
    (f"{_PROJECT}/settings/asset-types", Endpoint(POST=Made(projects.add_setting))),
    (f"{_PROJECT}/settings/task-types", Endpoint(POST=Made(projects.add_setting))),
    (f"{_PROJECT}/settings/task-status", Endpoint(POST=Made(projects.add_setting))),
    (f"{_PROJECT}/team", Endpoint(GET=projects.project_team, POST=Made(projects.add_member))),
    (f"{_PROJECT}/team/<uuid:person>", Endpoint(DELETE=projects.remove_member)),
    (f"{_PROJECT}/asset-types/<uuid:asset_type>/assets/new",
     Endpoint(POST=Made(entities.new_asset))),
    (f"{_PROJECT}/assets", Endpoint(GET=entities.of_project("asset"))),
    (f"{_PROJECT}/episodes",
     Endpoint(GET=entities.of_project("episode"), POST=Made(entities.new("episode")))),
    (f"{_PROJECT}/sequences",
     Endpoint(GET=entities.of_project("sequence"), POST=Made(entities.new("sequence")))),
    (f"{_PROJECT}/shots",
     Endpoint(GET=entities.of_project("shot"), POST=Made(entities.new("shot")))),
    (f"{_PROJECT}/entities/<uuid:entity>/casting",
     Endpoint(GET=entities.casting, PUT=entities.change_casting)),
    (f"{_PROJECT}/tasks", Endpoint(GET=tasks.of_project)),
    (f"{_PROJECT}/playlists", Endpoint(GET=playlists.of_project)),
)  # fmt: skip
_ONE = Endpoint(GET=entities.one, DELETE=entities.remove)
_ENTITIES = (
    ("data/assets/all", Endpoint(GET=entities.every("asset"))),
    ("data/assets", Endpoint(GET=entities.every("asset"))),
    ("data/assets/with-tasks", Endpoint(GET=entities.grid("asset"))),
    ("data/shots/all", Endpoint(GET=entities.every("shot", named=True))),
    ("data/shots", Endpoint(GET=entities.every("shot", named=True))),
    ("data/shots/with-tasks", Endpoint(GET=entities.grid("shot"))),
    ("data/sequences", Endpoint(GET=entities.every("sequence"))),
    ("data/episodes", Endpoint(GET=entities.every("episode"))),
    ("data/sequences/<uuid:entity>/shots", Endpoint(GET=entities.of_parent)),
    ("data/episodes/<uuid:entity>/sequences", Endpoint(GET=entities.of_parent)),
    *((f"data/{kind}/<uuid:entity>", _ONE)
      for kind in ("assets", "shots", "sequences", "episodes")),
    *((f"data/{kind}/<uuid:entity>/tasks", Endpoint(GET=tasks.of_entity))
      for kind in ("assets", "shots", "sequences", "episodes")),
    ("data/entities/<uuid:entity>", Endpoint(GET=entities.one, PUT=entities.change)),
)  # fmt: skip
_TASK, _ACT = "data/tasks/<uuid:task>", "actions/tasks/<uuid:task>"
_TASKS = (
    ("data/tasks", Endpoint(GET=tasks.tasks, POST=Made(tasks.new))),
    (_TASK, Endpoint(GET=tasks.task, PUT=tasks.change, DELETE=tasks.remove)),
    (f"{_TASK}/full", Endpoint(GET=tasks.full)),
    (f"{_TASK}/comments", Endpoint(GET=comments.comments)),
    (f"{_TASK}/comments/<uuid:comment>", Endpoint(DELETE=comments.remove)),
    (f"{_TASK}/previews", Endpoint(GET=previews.of_task)),
    (f"{_TASK}/working-files", Endpoint(GET=tools.working_files)),
    (f"{_TASK}/working-files/new", Endpoint(POST=Made(tools.new_working_file))),
    (f"{_ACT}/comment", Endpoint(POST=Made(comments.new))),
    (f"{_ACT}/comments/<uuid:comment>/add-preview", Endpoint(POST=Made(previews.add))),
    (f"{_ACT}/time-spents", Endpoint(GET=tasks.time_spent)),
    (f"{_ACT}/time-spents/<str:day>", Endpoint(GET=tasks.time_spent)),
    (f"{_ACT}/time-spents/<str:day>/persons/<uuid:person>", Endpoint(POST=Made(tasks.spend))),
    ("data/attachment-files/<uuid:attachment>/file/<str:name>",
     Endpoint(GET=comments.attachment)),
)  # fmt: skip
_FILE = "preview-files/<uuid:preview>"
_PREVIEWS = (
    ("data/preview-files", Endpoint(GET=previews.previews)),
    (f"data/{_FILE}", Endpoint(GET=previews.preview, DELETE=previews.withdraw)),
    (f"actions/{_FILE}/set-main-preview", Endpoint(PUT=previews.set_main)),
    (f"actions/{_FILE}/update-annotations", Endpoint(PUT=previews.annotate)),
    (f"actions/{_FILE}/extract-frame", Endpoint(GET=media.extract)),
    (f"pictures/{_FILE}", Endpoint(POST=Made(previews.upload))),
    (f"pictures/originals/{_FILE}.<str:extension>", Endpoint(GET=media.original)),
    (f"pictures/previews/{_FILE}.<str:extension>", Endpoint(GET=media.file(*media.PICTURE))),
    (f"pictures/thumbnails/{_FILE}.<str:extension>", Endpoint(GET=media.file(*media.THUMBNAIL))),
    (f"movies/originals/{_FILE}.<str:extension>", Endpoint(GET=media.original)),
    (f"movies/low/{_FILE}.<str:extension>", Endpoint(GET=media.file(*media.LOW))),
)
_REST = (
    ("data/playlists", Endpoint(GET=playlists.playlists, POST=Made(playlists.new))),
    ("data/playlists/<uuid:playlist>",
     Endpoint(GET=playlists.playlist, PUT=playlists.change, DELETE=playlists.remove)),
    ("actions/playlists/<uuid:playlist>/add-entity", Endpoint(POST=playlists.add_entity)),
    ("data/softwares", Endpoint(GET=tools.softwares, POST=Made(tools.new_software))),
    ("data/events/last", Endpoint(GET=tools.last_events)),
    ("data/search", Endpoint(POST=tools.search)),
)  # fmt: skip
SERVED = (*_OPEN, *_PEOPLE, *_WORDS, *_PROJECTS, *_ENTITIES, *_TASKS, *_PREVIEWS, *_REST)
_NOWHERE = Endpoint(**dict.fromkeys(("GET", "POST", "PUT", "DELETE", "PATCH"), unknown))

urlpatterns: list[URLPattern] = [
    *(path(f"api/{address}", view) for address, view in SERVED),
    path("api", Endpoint(GET=Open(auth.root))),
    re_path(r"^api/(?P<address>.*)$", _NOWHERE),
]
