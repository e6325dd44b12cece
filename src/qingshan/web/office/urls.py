"""Addresses of city and district officers."""

from django.urls import path

from qingshan.web.office import views

app_name = "office"
urlpatterns = [
    path("", views.index, name="index"),
    path("evaluations/<int:evaluation_id>/", views.evaluation, name="evaluation"),
    path("runs/", views.start_run, name="start_run"),
    path("runs/<int:run_id>/", views.run, name="run"),
]
