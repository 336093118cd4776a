from django.urls import path, re_path

from anlan.toolkit.ui import views

app_name = "toolkit_ui"
urlpatterns = [
    path("design", views.design, name="design"),
    re_path(r"^design/(?P<frame>phone|wall|paper|public|sign_in|worklist)$", views.design_frame, name="design_frame"),
]
