"""Signing in and out, everybody's start page, the gallery of components."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.forms import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_safe

from qingshan.apps.accounts.selectors import is_locked_out
from qingshan.apps.accounts.services import note_failed_login
from qingshan.web.ui.context import actor_of
from qingshan.web.ui.templatetags.ui import t


class _SignInForm(AuthenticationForm):
    """Django's form, which refuses to try after too many wrong passwords."""

    def clean(self) -> dict[str, Any]:
        now, address = timezone.now(), self.request.META.get("REMOTE_ADDR") if self.request else None
        username = str(self.cleaned_data.get("username", ""))
        if is_locked_out(username=username, address=address, at=now):
            raise ValidationError(t("输错次数过多，请 15 分钟后再试。", "Too many wrong passwords; try again in 15 minutes."))
        try:
            return super().clean()
        except ValidationError:
            note_failed_login(username=username, address=address, at=now)
            raise


@method_decorator(login_not_required, name="dispatch")
class SignIn(LoginView):
    """Sign in."""

    template_name = "ui/login.html"
    authentication_form = _SignInForm


class SignOut(LogoutView):
    """Sign out."""


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Send everybody to the page of their role."""
    role = actor_of(request).role
    if role == "enterprise":
        return redirect("enterprise:index")
    if role in ("city", "district"):
        return redirect("office:index")
    return render(request, "ui/start.html")


@login_not_required
@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    """All components in all states."""
    label = {"zh": "维度", "en": "dimension"}
    sample = [{"label": label, "score": score, "high": 10, "full": 10} for score in (3, 6, 9, 4, 7)]
    leaf = {"label": label, "value": 3.5, "unit": "t", "state": "known", "formula": "", "inputs": [], "source": None, "evidence": ["filing:1"]}
    unknown = {**leaf, "value": None, "state": "missing", "evidence": []}
    node = {
        **leaf,
        "inputs": [leaf, unknown],
        "formula": "a / b",
        "source": {"document": "GB/T", "clause": "1", "basis": "memory", "verified": False},
    }
    return render(request, "ui/gallery.html", {"sample": sample, "sample_trace": node})
