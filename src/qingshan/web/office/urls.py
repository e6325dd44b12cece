"""Addresses of city and district officers."""

from django.urls import path

from qingshan.web.office import populations, standards, views

app_name = "office"
urlpatterns = [
    path("", views.index, name="index"),
    path("evaluations/<int:evaluation_id>/", views.evaluation, name="evaluation"),
    path("evaluations/<int:evaluation_id>/report/<str:kind>.<str:ending>", views.report, name="report"),
    path("runs/", views.start_run, name="start_run"),
    path("runs/<int:run_id>/", views.run, name="run"),
    path("advice/", populations.advice, name="advice"),
    path("populations/", populations.index, name="populations"),
    path("populations/<int:snapshot_id>/", populations.population, name="population"),
    path("populations/<int:snapshot_id>/run/", populations.start_run, name="start_population_run"),
    path("populations/runs/<int:run_id>/results.<str:ending>", populations.results, name="population_results"),
    path("standards/", standards.index, name="standards"),
    path("standards/import/", standards.import_file, name="standard_import"),
    path("standards/check/", standards.check, name="standard_check"),
    path("standards/<int:version_id>/", standards.version, name="standard"),
    path("standards/<int:version_id>/draft/", standards.start_draft, name="standard_draft"),
    path("standards/<int:version_id>/edit/", standards.edit, name="standard_edit"),
    path("standards/<int:version_id>/numbers/", standards.numbers, name="standard_numbers"),
    path("standards/<int:version_id>/file.yaml", standards.file, name="standard_file"),
    path("standards/<int:version_id>/against/<int:other_id>/", standards.diff, name="standard_diff"),
    path("standards/<int:version_id>/replay/", standards.start_replay, name="start_replay"),
    path("standards/<int:version_id>/<str:name>/", standards.move, name="standard_move"),
    path("replays/<int:run_id>/", standards.replay, name="replay"),
    path("replays/<int:run_id>/public.html", standards.replay_html, name="replay_html"),
    path("replays/<int:run_id>/public.csv", standards.replay_csv, name="replay_csv"),
]
