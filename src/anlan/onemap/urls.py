from django.urls import path

from . import views

urlpatterns = [
    path("", views.page, name="map"),
    path("tiles/<slug:layer>/<int:z>/<int:x>/<int:y>.mvt", views.point_tile, name="map-tile"),
    path("shapes/<slug:layer>/<int:z>/<int:x>/<int:y>.mvt", views.layer_shapes, name="map-shapes"),
    path("ground/<int:z>/<int:x>/<int:y>.mvt", views.areas_tile, name="map-ground"),
]
