"""Addresses that everybody may open."""

from django.urls import path

from qingshan.web.portal import views

app_name = "portal"
urlpatterns = [
    path("", views.index, name="index"),
    path("goals/", views.goals, name="goals"),
    path("goals/<slug:kind>/", views.goal, name="goal"),
    path("standards/", views.standards, name="standards"),
    path("standards/<slug:slug>/<str:version>/", views.standard, name="standard"),
    path("standards/<slug:slug>/<str:version>/file.yaml", views.standard_file, name="standard_file"),
]
