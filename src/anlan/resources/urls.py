from django.urls import path

from . import store_views, views

urlpatterns = [
    path("resources/", views.forces, name="resources"),
    path("resources/goods/", store_views.goods, name="resources-goods"),
]
