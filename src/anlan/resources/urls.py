from django.urls import path

from . import expert_views, gap_views, match_views, road_views, store_views, views

urlpatterns = [
    path("resources/", views.forces, name="resources"),
    path("resources/goods/", store_views.goods, name="resources-goods"),
    path("resources/match/", match_views.match_page, name="resources-match"),
    path("resources/gap/", gap_views.gap_page, name="resources-gap"),
    path("resources/gap/<str:format>/", gap_views.gap_export, name="resources-gap-export"),
    path("resources/experts/", expert_views.ask_experts, name="resources-experts"),
    path("resources/roads/", road_views.import_roads, name="resources-roads"),
]
