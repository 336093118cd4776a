from django.urls import path

from . import views

urlpatterns = [
    path("desk/returns/", views.board, name="returns"),
    path("desk/returns/sheet.xlsx", views.sheet, name="return-sheet"),
]
