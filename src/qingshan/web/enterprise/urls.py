"""Addresses of a plant."""

from django.urls import path

from qingshan.web.enterprise import views

app_name = "enterprise"
urlpatterns = [
    path("", views.index, name="index"),
    path("template.xlsx", views.template, name="template"),
    path("evaluations/<int:evaluation_id>/", views.evaluation, name="evaluation"),
]
