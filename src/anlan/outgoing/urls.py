"""Mounted at /desk/, before the registers: these addresses are more particular than theirs."""

from django.urls import path

from . import views

app_name = "outgoing"
urlpatterns = [
    path("my-notices/", views.my_notices, name="mine"),
    path("my-notices/wishes/", views.set_wishes, name="wishes"),
    path("my-notices/subscription/", views.switch_subscription, name="subscription"),
    path("my-notices/add/<uuid:uid>/", views.add_mine, name="add_mine"),
    path("channels/add/", views.choose_gateway, name="choose"),
    path("channels/add/<uuid:uid>/", views.add_for_party, name="add_for_party"),
    path("gateways/add/", views.choose_sort, name="choose_sort"),
    path("gateways/add/<slug:sort>/", views.allow, name="allow"),
    path("gateways/<uuid:uid>/account/", views.account, name="account"),
    path("messages/states/", views.states, name="states"),
    path("messages/states/export.csv", views.export_states, name="states-export"),
]
