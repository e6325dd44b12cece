"""Addresses of the site, by audience."""

from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

from qingshan.web.ui import views

urlpatterns = [
    path("", include("qingshan.web.portal.urls")),
    path("enterprise/", include("qingshan.web.enterprise.urls")),
    path("office/", include("qingshan.web.office.urls")),
    path("login/", views.SignIn.as_view(), name="login"),
    path("logout/", views.SignOut.as_view(), name="logout"),
    path("home/", views.home, name="home"),
    path("language/", login_not_required(set_language), name="set_language"),
    path("ui/", views.gallery, name="gallery"),
]
