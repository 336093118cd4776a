"""What the public may read of hazards."""

from django.urls import path

from . import listing_public as views

urlpatterns = [
    path("listings/", views.board, name="public-listings"),
    path("listings/list.json", views.board_json, name="public-listings-json"),
    path("listings/check_listing.py", views.check_program, name="public-listing-program"),
    path("listings/<slug:no>/", views.one, name="public-listing"),
    path("listings/<slug:no>/proof/", views.proof, name="public-listing-proof"),
    path("listings/<slug:no>/proof/proof.json", views.proof_json, name="public-listing-proof-json"),
    path("journal/digests.json", views.chain, name="public-digests"),
]
