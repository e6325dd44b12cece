"""Addresses of a plant."""

from django.urls import path

from qingshan.web.enterprise import advice, views

app_name = "enterprise"
urlpatterns = [
    path("", views.index, name="index"),
    path("template.xlsx", views.template, name="template"),
    path("evaluations/<int:evaluation_id>/", views.evaluation, name="evaluation"),
    path("evaluations/<int:evaluation_id>/way/", advice.way, name="way"),
    path("evaluations/<int:evaluation_id>/what-if/", advice.what_if, name="what_if"),
    path("evaluations/<int:evaluation_id>/report/<str:kind>.<str:ending>", views.report, name="report"),
]
