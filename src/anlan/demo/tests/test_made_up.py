"""What is made up without a database: names, words, pictures, and that the same seed makes the same again."""

import io
from itertools import islice

from PIL import Image

from anlan.demo import names, pictures, units
from anlan.demo.cast import CAST, STREET
from anlan.demo.chance import Chance, sheet, words
from anlan.demo.days import UNTIL
from anlan.patrols import handbook
from anlan.premises import credit_code
from anlan.premises.place_types import place_types


def test_the_same_seed_makes_the_same_units_again(land):
    first, second = (units.units(land, 200, names.people()) for _n in range(2))
    assert first == second
    assert len({u.sign for u in first}) == len({u.name for u in first}) == len(first)


def test_colours_come_out_as_planned(land):
    made = [u for u in units.units(land, 700, names.people()) if u.colour]
    shares = {c: round(sum(u.colour == c for u in made) / len(made), 2) for c in units.COLOURS}
    assert (len(made), shares) == (700, units.COLOURS)


def test_every_community_has_units_and_those_that_gave_up_are_on_top(land):
    made = units.units(land, 6156, names.people())
    lasting = [u for u in made if not u.spotted and u.ended is None]
    assert (len(lasting), len({u.community for u in lasting})) == (6156, 141)
    assert [u.key for u in made if u.ended and not u.since < u.ended <= UNTIL] == []
    assert len({u.name for u in made}) == len({u.address for u in made}) == len(made)


def test_nobody_of_the_lists_is_a_known_person_and_nobody_comes_twice():
    drawn = list(islice(names.people(), 3000))
    known = {*words("people_names", "avoid"), *(part.name for part in CAST)}
    assert (len(set(drawn)), known & set(drawn)) == (3000, set())


def test_credit_codes_check_and_belong_to_no_series_in_use():
    dice = Chance("test")
    codes = [units.social_code(dice, n % 2 == 0) for n in range(200)]
    assert [c for c in codes if credit_code.check(c)] == []
    assert {c[:11] for c in codes} == {"91420106MAX", "92420106MAX"}


def test_telephones_ring_nowhere():
    dice = Chance("test")
    assert {names.phone(dice)[:3] for _n in range(50)} == {"154"}
    assert {names.duty_phone(dice)[:5] for _n in range(50)} == {"027-0"}


def test_every_item_of_the_handbook_can_be_found_somewhere():
    finds = {row["code"]: row for row in sheet("finds")}
    assert set(finds) == {row["code"] for row in handbook.own_rows()}
    assert [c for c, row in finds.items() if row["scene"] not in pictures.SCENES or not row["places"]] == []
    major = {row["code"] for row in handbook.own_rows() if row["severity"] == "重大"}
    assert {c for c, row in finds.items() if row["control"]} == major
    assert [c for c in major if float(finds[c]["spot"])] == []


def test_every_kind_of_unit_is_a_place_type_with_risk_points():
    kinds = {row["place_type"] for row in sheet("unit_types")}
    groups = {row["group"] for row in sheet("risk_points")}
    assert kinds <= set(place_types())
    assert {place_types()[kind].handbook[0] for kind in kinds} <= groups
    assert len([r for r in sheet("roads") if r["street_code"] == STREET]) == 8


def test_every_picture_says_that_it_is_a_drawing():
    red = Image.new("RGB", (1, 1), pictures.RED).getpixel((0, 0))
    for name in pictures.SCENES:
        before, after = (Image.open(io.BytesIO(pictures.scene(name, mended=m))) for m in (False, True))
        assert before.size == after.size == pictures.SIZE
        assert before.tobytes() != after.tobytes()
        marks = [before.getpixel((x, y)) for x in range(4, 112) for y in range(4, 40)]
        assert sum(abs(p[0] - red[0]) + abs(p[1] - red[1]) < 60 for p in marks) > 300
    assert pictures.scene("gas", mended=True) == pictures.scene("gas", mended=True)
