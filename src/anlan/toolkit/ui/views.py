"""The living page of components."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from anlan.toolkit.ui import specimens


def design(request: HttpRequest) -> HttpResponse:
    """Every component with its states and its keyboard, on made-up content; the one place to judge the look."""
    return render(request, "ui/design.html", specimens.page(request))


def design_frame(request: HttpRequest, frame: str) -> HttpResponse:
    """A whole page in one of the frames: phone, wall, paper, public, sign_in, worklist."""
    return render(request, f"ui/design/{frame}.html", specimens.frame(request, frame))
