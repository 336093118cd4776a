from django.urls import path

from . import match_views, store_views, views

urlpatterns = [
    path("resources/", views.forces, name="resources"),
    path("resources/goods/", store_views.goods, name="resources-goods"),
    path("resources/match/", match_views.match_page, name="resources-match"),
]
