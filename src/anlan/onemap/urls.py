from django.urls import path

from . import asides, views, wall

urlpatterns = [
    path("", views.page, name="map"),
    path("told", views.embedded, name="map-told"),
    path("tiles/<slug:layer>/<int:z>/<int:x>/<int:y>.mvt", views.point_tile, name="map-tile"),
    path("shapes/<slug:layer>/<int:z>/<int:x>/<int:y>.mvt", views.layer_shapes, name="map-shapes"),
    path("ground/<int:z>/<int:x>/<int:y>.mvt", views.areas_tile, name="map-ground"),
    path("card/<slug:layer>/<uuid:uid>/", asides.card, name="map-card"),
    path("table", asides.table, name="map-table"),
    path("find", asides.find, name="map-find"),
    path("areas", asides.areas, name="map-areas"),
    path("near", asides.distances, name="map-near"),
    path("wall/", wall.wall, name="map-wall"),
    path("cells/<slug:layer>.geojson", asides.public_cells, name="map-cells"),
    path("sketch", asides.sketch, name="map-sketch"),
]
