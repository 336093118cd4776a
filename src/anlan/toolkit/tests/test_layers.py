"""What has a place carries its tile key from the start."""

import pytest

from anlan.toolkit.layers import LAYERS, Layer, add_layer, place_at
from anlan.toolkit.registers import REGISTERS
from anlan.toolkit.registers.tests.conftest import *  # noqa: F403
from anlan.toolkit.tilekey import key


@pytest.mark.django_db
def test_a_row_registered_at_a_point_has_its_tile_key_and_loses_it_with_the_point(visit, pump, keeper, ground):
    row = pump(lon="114.316", lat="30.544")
    assert row.tile_key == key(114.316, 30.544)
    told = {"code": row.code, "name": row.name, "area": str(ground["G1"].uid)}
    assert visit(keeper).post(f"/desk/pumps/{row.uid}/edit", told).status_code == 302
    row.refresh_from_db()
    assert (row.lon, row.lat, row.tile_key) == (None, None, None)


def test_a_point_outside_the_map_has_no_key():
    with pytest.raises(ValueError, match="画不到两极"):
        place_at(114, 89)


def test_layers_are_known_by_their_register_and_only_once(monkeypatch):
    layer, register = LAYERS["pumps"]
    assert (layer.colour_by, layer.point, register) == ("colour", "tile_key", REGISTERS["pumps"])
    with pytest.raises(ValueError, match="declared twice"):
        add_layer(Layer("pumps"), REGISTERS["depots"])
