"""Orders without coordinates: joined, matched, asked for, or listed with their cell; never guessed."""

import random

import geopandas
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as search
from hypothesis import strategies as st

import gisdata
from gisdata.addressbook import AddressBook, Found, NotFound
from gisdata.addresswords import name_key, numbers_of, words_of
from gisdata.datum import from_wgs84
from gisdata.errors import CrsError, GeocoderError, InputFileError, MissingColumnError
from gisdata.network.measure import great_circle_m
from gisdata.opened import open_table
from gisdata.places import place_orders
from gisdata.sources.geocoders import GeocoderHit


@pytest.fixture(scope="module")
def points():
    return gisdata.address_points(gisdata.sample_path("monaco") / "monaco.osm.pbf")


@pytest.fixture(scope="module")
def book(points):
    return AddressBook(points)


@pytest.fixture(scope="module")
def wuhan_book():
    """A made-up extract: two streets, one address each way of writing, towns of two levels."""
    rows = [
        ("n1", "address", "688号", "解放大道", "武汉市", "430022", "", "武汉广场", "", 0.0, 114.2650, 30.5830),
        ("n2", "address", "12", "中山大道", "", "", "", "", "", 0.0, 114.2900, 30.5800),
        ("n3", "address", "12-3", "中山大道", "", "", "", "", "", 0.0, 114.2905, 30.5805),
        ("w4", "street", "", "解放大道", "", "", "", "", "", 900.0, 114.2700, 30.5850),
        ("n5", "town", "", "", "", "", "", "武汉市", "武汉", 0.0, 114.3000, 30.5900),
        ("n6", "name", "", "", "", "", "", "光谷贸易有限公司", "", 0.0, 114.4000, 30.5000),
    ]  # fmt: skip
    return AddressBook(extract(rows))


def extract(rows):
    columns = ["osm_id", "kind", "number", "street", "town", "postcode", "country", "name", "other_names", "radius_m",
               "lon", "lat"]
    frame = pd.DataFrame(rows, columns=columns)
    return geopandas.GeoDataFrame(frame, geometry=geopandas.points_from_xy(frame["lon"], frame["lat"]), crs="EPSG:4326")


def gap_m(one, other):
    return float(great_circle_m(*(np.atleast_1d(np.asarray(x, dtype=float)) for x in (*one, *other)))[0])


def orders(**columns):
    rows = len(next(iter(columns.values())))
    return pd.DataFrame({"id": [f"O{n}" for n in range(rows)], **columns})


class Known:
    """A geocoder that knows what it is told; anything else is nowhere, an exception is raised."""

    def __init__(self, answers):
        self.answers, self.asked = answers, []

    def geocode(self, text):
        self.asked.append(text)
        answer = self.answers.get(text, [])
        if isinstance(answer, Exception):
            raise answer
        return answer


def hit(lon, lat, grade="rooftop", uncertainty_m=30.0):
    return GeocoderHit(lon, lat, grade, uncertainty_m, "somewhere", "Known", "wgs84", "2026-01-01")


PARTS = ["rue", "Grimaldi", "6", "98000", "Monaco", ",", "bis", "号", "-", "市", "étage", "Nice", "12-14", "c"]
MADONE = (7.4279184, 43.7409352)  # n267885777: 4 Avenue de la Madone, in the extract


@pytest.mark.parametrize("text", [
    "4 Avenue de la Madone", "4, av. de la Madone, 98000 Monaco Cedex", "Avenue de la Madone 4 MC-98000 MONACO",
    "4 AVENUE DE LA MADONE, 3e étage, Monte-Carlo", "４　Avenue de la Madone", "Metropole, 4 Avenue de la Madone",
    "Monaco, 4 avenue de la madone", "c/o Dupont, 4 Avenue de la Madone, appt 1234, tel 0612345678",
    "4 Avenue de la Madone, Principauté de Monaco", "4 Avenue de la Madone, Bât. Les Fleurs, 98000 Monaco",
])  # fmt: skip
def test_an_address_is_found_however_it_is_written(book, text):
    """Case, width, order, abbreviations, floor, postcode and town change nothing."""
    found = book.address(text)

    assert isinstance(found, Found), found
    assert found.grade == "address"
    assert gap_m((found.lon, found.lat), MADONE) < 5


@pytest.mark.parametrize(("text", "reason"), [
    ("12 Rue de France, 06000 Nice", "06000"), ("6 Rue Grimaldi, Beausoleil", "beausoleil"),
    ("6 Rue Grimaldi Nice", "nice"), ("6 Rue Grimaldi, 75001 Paris", "paris"),
    ("6 Rue Grimaldi, 2e étage, Nice", "nice"), ("6 Rue Grimaldi, étage 2 Nice", "nice"),
    ("75001 4 Avenue de la Madone", "75001"),
])  # fmt: skip
def test_an_address_in_another_city_is_recognised(book, text, reason):
    """Streets of the same name there are not those of the extract; the reason names the town or the postcode."""
    missed = book.address(text)

    assert isinstance(missed, NotFound)
    assert missed.elsewhere
    assert reason in missed.reason


@pytest.mark.parametrize("name", ["a", "Paris", "Par"])
def test_who_is_there_does_not_explain_a_town_away(book, name):
    """A customer called Paris may stand before the street, not where the town stands."""
    assert isinstance(book.address("6 Rue Grimaldi, Paris", name), NotFound)
    assert isinstance(book.address("Paris, 6 Rue Grimaldi", "Paris"), Found)


@pytest.mark.parametrize("text", ["7;9 Av. de Monte-Carlo, Monaco", "7,9, Avenue de Monte-Carlo",
                                  "7-9, Av. de Monte-Carlo", "98000 7 Avenue de Monte-Carlo"])
def test_several_numbers_are_one_place(book, points, text):
    """Drawn as "7;9" in the extract; written in one cell in several ways."""
    truth = points[(points["number"] == "7;9") & (points["street"] == "Avenue de Monte-Carlo")].geometry.iloc[0]

    found = book.address(text)

    assert isinstance(found, Found), found
    assert gap_m((found.lon, found.lat), (truth.x, truth.y)) <= found.uncertainty_m


def test_a_number_that_is_not_in_the_extract_gives_its_street(book, points):
    """The middle of the street's points; every one of them lies within the radius."""
    found = book.address("999 Rue Grimaldi")
    street = points[points["street"] == "Rue Grimaldi"].geometry

    assert found.grade == "street"
    assert max(gap_m((found.lon, found.lat), (at.x, at.y)) for at in street) <= found.uncertainty_m + 0.1
    assert found.uncertainty_m > 100


def test_two_places_of_one_name_are_not_guessed(book):
    """Two Starbucks, 1.3 km apart in the extract."""
    missed = book.name("Starbucks")

    assert "2 places fit 'Starbucks'" in missed.reason


def test_a_street_tells_two_places_of_one_name_apart(book, points):
    """With the street of the second one, it is the second one."""
    second = points[points["name"] == "Starbucks"].geometry.iloc[1]
    near = Found(second.x, second.y, "street", 100.0, "its street")

    found = book.name("STARBUCKS ", near=near)

    assert gap_m((found.lon, found.lat), (second.x, second.y)) < 1


@pytest.mark.parametrize(("text", "place"), [
    ("湖北省武汉市江汉区解放大道688号武汉广场5楼", (114.2650, 30.5830)), ("解放大道６８８号", (114.2650, 30.5830)),
    ("武汉市中山大道12号", (114.2900, 30.5800)), ("中山大道12-3号", (114.2905, 30.5805)),
])  # fmt: skip
def test_a_chinese_address_is_found(wuhan_book, text, place):
    """Province and district before a known city, building and floor after the number; 12-3 is not 12."""
    found = wuhan_book.address(text)

    assert isinstance(found, Found), found
    assert found.grade == "address"
    assert gap_m((found.lon, found.lat), place) < 1


@pytest.mark.parametrize("text", ["湖南省长沙市解放大道688号", "长沙县解放大道688号", "宜昌市西陵区解放大道688号"])
def test_a_chinese_address_in_another_city_is_recognised(wuhan_book, text):
    """Many cities have a 解放大道."""
    missed = wuhan_book.address(text)

    assert isinstance(missed, NotFound)
    assert missed.elsewhere


def test_words_and_names_have_one_spelling():
    """Accents, width, punctuation, legal forms; and numbers with their suffix."""
    assert words_of("Bd. Saint-Michel") == words_of("BOULEVARD ST MICHEL")
    assert name_key("武汉光谷贸易有限公司") == name_key("武汉（光谷）贸易")
    assert name_key("Café Noir S.A.R.L.") == name_key("CAFE NOIR")
    assert name_key("Ltd") == "ltd"
    assert numbers_of("25 Bis") == {"25bis"}
    assert numbers_of("10;12") == {"10", "12"}


@pytest.mark.parametrize(("asked", "grade"), [
    ({"customer": "C1"}, "customer"), ({"name": "Hôtel du Port SARL"}, "customer"),
    ({"name": "HOTEL  DU PORT"}, "customer (normalised)"), ({"customer": "c-1"}, "customer (normalised)"),
])  # fmt: skip
def test_an_order_is_joined_to_its_customer(asked, grade):
    """By id or name, exactly, else normalised; the position is the customer's."""
    customers = pd.DataFrame({"id": ["C1", "C2"], "name": ["Hôtel du Port SARL", "Quai"], "lon": [7.42, 7.43],
                              "lat": [43.73, 43.74]})

    placed = place_orders(orders(**{key: [value] for key, value in asked.items()}), customers=customers)

    assert placed.orders[["lon", "lat", "placed_by", "placed_as"]].iloc[0].tolist() == [7.42, 43.73, grade, "C1"]
    assert placed.unplaced.empty


def test_two_customers_of_one_name_are_told_apart_by_address_or_listed():
    """Two branches 8 km apart: the address decides; without one it is listed, not guessed."""
    customers = pd.DataFrame({"id": ["C1", "C2"], "name": ["Spar", "Spar"], "lon": [7.42, 7.52], "lat": [43.73, 43.73],
                              "address": ["1 Quai A", "2 Rue B"]})

    placed = place_orders(orders(name=["Spar", "Spar"], address=["2 rue b", ""]), customers=customers)

    assert placed.orders["lon"].tolist() == [7.52]
    assert placed.unplaced[["row", "id", "column", "value"]].iloc[0].tolist() == [1, "O1", "name", "Spar"]
    assert "2 customers are called 'Spar'" in placed.unplaced["reason"].iloc[0]


def test_a_customer_without_coordinates_lends_its_address(points):
    """The order says only who; the master knows the street."""
    customers = pd.DataFrame({"id": ["C1"], "address": ["4 Avenue de la Madone"], "lon": [""], "lat": [""]})

    placed = place_orders(orders(customer=["C1"]), customers=customers, addresses=points)

    assert placed.orders["placed_by"].tolist() == ["address"]
    assert gap_m((placed.orders["lon"].iloc[0], placed.orders["lat"].iloc[0]), MADONE) < 5


def test_a_customer_far_from_the_address_of_the_order_is_noted(points):
    """The master wins, but not in silence."""
    customers = pd.DataFrame({"id": ["C1"], "lon": [7.4150], "lat": [43.7280]})

    placed = place_orders(orders(customer=["C1"], address=["4 Avenue de la Madone"]), customers=customers,
                          addresses=points)

    assert placed.orders["placed_by"].tolist() == ["customer"]
    assert "4 Avenue de la Madone" in placed.orders["placed_note"].iloc[0]
    assert "row 0: the address" in placed.report()


def test_coordinates_that_are_there_are_kept_in_their_datum():
    """Of GCJ-02 they are converted; text and numbers alike."""
    lon, lat = from_wgs84(114.3, 30.6, "gcj02")

    placed = place_orders(orders(lon=[str(lon), lon], lat=[str(lat), lat]), datum="GCJ-02").orders

    assert placed["placed_by"].tolist() == ["given", "given"]
    assert placed["lon"].to_numpy() == pytest.approx([114.3, 114.3], abs=1e-8)


def test_the_datum_is_guessed_for_each_table_and_reported():
    """Orders of AMap, customers of Baidu: both come out where they are, and the report says so."""
    town = gisdata.load_sample("wuhan")
    truth = town.orders.iloc[:60]
    amap = from_wgs84(truth["lon"], truth["lat"], "gcj02")
    baidu = from_wgs84(truth["lon"], truth["lat"], "bd09")
    customers = pd.DataFrame({"id": truth["id"], "lon": baidu[0], "lat": baidu[1]})
    table = pd.DataFrame({"customer": truth["id"], "lon": amap[0], "lat": amap[1]}).reset_index(drop=True)
    table.loc[30:, ["lon", "lat"]] = np.nan

    placed = place_orders(table, customers=customers, roads=town.roads, datum="guess")

    assert {name: guess.datum for name, guess in placed.guesses.items()} == {"orders": "gcj02", "customers": "bd09"}
    assert placed.orders["placed_by"].tolist() == ["given"] * 30 + ["customer"] * 30
    gaps = great_circle_m(*(placed.orders[axis].to_numpy() for axis in ("lon", "lat")),
                          *(truth[axis].to_numpy() for axis in ("lon", "lat")))
    assert gaps.max() < 0.001
    assert "coordinates of customers: datum bd09 (60 points" in placed.report()


def test_an_unclear_datum_is_asked_for():
    """Five places are too few; the error says what to pass. Without roads nothing can be guessed."""
    town = gisdata.load_sample("wuhan")
    few = orders(lon=town.orders["lon"][:5].tolist(), lat=town.orders["lat"][:5].tolist())

    with pytest.raises(CrsError, match=r"orders: datum unsure \(5 points.*State it"):
        place_orders(few, roads=town.roads, datum="guess")
    with pytest.raises(CrsError, match="needs roads"):
        place_orders(few, datum="guess")


def test_unusable_coordinates_are_replaced_with_a_note_or_listed(points):
    """0, 0 and a latitude of 95 are no places."""
    placed = place_orders(orders(lon=["0", "7.4"], lat=["0", "95"], address=["4 Avenue de la Madone", ""]),
                          addresses=points)

    assert "'0, 0'" in placed.orders["placed_note"].iloc[0]
    assert placed.unplaced["column"].tolist() == ["lon"]
    assert "'7.4, 95'" in placed.unplaced["reason"].iloc[0]


def test_what_lies_far_from_the_roads_is_listed():
    """A geocoder that answers with Nice, and swapped coordinates of the row itself."""
    roads = gisdata.load_sample("monaco").roads
    nice = Known({"12 Rue de France": [hit(7.2620, 43.6960)]})

    letters = {"address": "E", "lon": "F", "lat": "G"}

    placed = place_orders(orders(address=["12 Rue de France", ""], lon=["", "43.74"], lat=["", "7.42"]), geocoder=nice,
                          roads=roads, cell_of=lambda label, column: f"{letters[column]}{label + 2}")

    assert placed.orders.empty
    assert placed.unplaced["cell"].tolist() == ["E2", "F3"]
    assert placed.unplaced["reason"].str.contains("km from the nearest road").all()


def test_a_name_alone_is_enough_if_it_is_the_only_one(points):
    """However it is spelt; the position is the extract's."""
    truth = points[points["name"] == "Chez Edgar"].geometry.iloc[0]

    placed = place_orders(orders(name=["CHEZ  EDGAR S.A.R.L."]), addresses=points)

    assert placed.orders["placed_by"].tolist() == ["name"]
    assert gap_m((placed.orders["lon"].iloc[0], placed.orders["lat"].iloc[0]), (truth.x, truth.y)) < 1


def test_a_name_of_the_extract_does_not_place_an_address_of_another_city(points):
    """A branch in Nice is not the shop of that name in Monaco."""
    placed = place_orders(orders(name=["Chez Edgar"], address=["3 Rue Masséna, 06000 Nice"]), addresses=points)

    assert placed.orders.empty
    assert "06000" in placed.unplaced["reason"].iloc[0]


def test_a_table_opened_from_a_file_lists_cells_of_that_file(points, tmp_path):
    """GB18030, Chinese headers; the cell is that of the address in the file."""
    file = tmp_path / "订单.csv"
    file.write_bytes("订单号,客户名称,收货地址,重量(吨)\n1,甲,4 Avenue de la Madone,0.2\n"
                     '2,乙,"6 Rue Grimaldi, Nice",0.1\n'.encode("gb18030"))
    opened = open_table(file, "orders", placed=False)

    placed = place_orders(opened.frame, addresses=points, cell_of=opened.cell_of)

    assert placed.orders["id"].tolist() == ["1"]
    assert placed.unplaced[["cell", "id", "value"]].iloc[0].tolist() == ["C3", "2", "6 Rue Grimaldi, Nice"]
    assert "C3 (address '6 Rue Grimaldi, Nice')" in placed.report()


def test_a_geocoder_is_asked_last_but_for_the_street(points):
    """A hit beats the middle of a street, not an address; one question for equal rows."""
    asked = Known({"999 Rue Grimaldi": [hit(7.4200, 43.7350)]})

    placed = place_orders(orders(address=["999 Rue Grimaldi", "999 Rue Grimaldi", "4 Avenue de la Madone"]),
                          addresses=points, geocoder=asked)

    assert placed.orders["placed_by"].tolist() == ["geocoder:rooftop", "geocoder:rooftop", "address"]
    assert placed.orders["uncertainty_m"].tolist()[:2] == [30.0, 30.0]
    assert asked.asked == ["999 Rue Grimaldi"]


@pytest.mark.parametrize(("answer", "reason"), [
    ([], "does not know"), ([hit(7.42, 43.73), hit(7.43, 43.74)], "2 places"),
    ([hit(7.42, 43.73, "city", 15_000.0)], "only the city"), (GeocoderError("Known is closed"), "Known is closed"),
])  # fmt: skip
def test_what_a_geocoder_cannot_say_is_listed(answer, reason):
    """Nothing, two places, a whole city, no answer: each with its reason."""
    placed = place_orders(orders(address=["Quai X"]), geocoder=Known({"Quai X": answer}))

    assert placed.orders.empty
    assert reason in placed.unplaced["reason"].iloc[0]


def test_a_geocoder_that_fails_is_not_asked_again():
    """The second row is listed with the same reason."""
    asked = Known({"A": GeocoderError("quota spent"), "B": [hit(7.42, 43.73)]})

    placed = place_orders(orders(address=["A", "B"]), geocoder=asked)

    assert asked.asked == ["A"]
    assert placed.unplaced["reason"].str.contains("quota spent").all()


def test_rows_that_say_nothing_are_listed_and_tables_without_any_column_refused():
    """A blank row has a reason; a table of weights only is an error with its columns."""
    placed = place_orders(orders(name=[""], address=[None]))

    assert "neither customer, name nor address" in placed.unplaced["reason"].iloc[0]
    with pytest.raises(MissingColumnError, match="weight_kg"):
        place_orders(orders(weight_kg=[1.0]))


def spoilt(address, draw):
    """The same address as people write it."""
    number, street = address
    street = draw.choice([street, street.upper(), street.replace("Avenue", "Av.").replace("Boulevard", "Bd")])
    text = draw.choice([f"{number} {street}", f"{number}, {street}", f"{street} {number}"])
    return text + draw.choice(["", ", Monaco", ", 98000 Monaco", " MC-98000 MONACO", ", 2e étage, Monaco"])


def test_500_spoilt_addresses_are_placed_or_listed_and_none_is_wrong(points):
    """Written as people write; 50 in other cities. Truth is the extract itself: the address drawn, seeded."""
    draw = random.Random(3)
    known = points[points["kind"] == "address"]
    rows = [draw.randrange(len(known)) for _ in range(450)]
    texts = [spoilt(known[["number", "street"]].iloc[row], draw) for row in rows]
    towns = draw.choices(["06000 Nice", "Paris", "Menton"], k=50)
    elsewhere = [f"{draw.randint(1, 90)} Rue Grimaldi, {town}" for town in towns]
    table = orders(address=texts + elsewhere).set_index("id", drop=False)

    placed = place_orders(table, addresses=points)

    assert len(placed.orders) + len(placed.unplaced) == 500
    assert set(placed.unplaced["row"]) >= set(table.index[450:])
    right = 0
    for at, row in enumerate(rows):
        if table.index[at] in placed.orders.index:
            order, place = placed.orders.loc[table.index[at]], known.geometry.iloc[row]
            assert gap_m((order["lon"], order["lat"]), (place.x, place.y)) <= order["uncertainty_m"]
            right += order["placed_by"] == "address"
    assert right >= 0.99 * 450


def test_what_is_placed_passes_the_check_of_orders(points):
    """The frame is one for read_orders' twin, grades and all."""
    placed = place_orders(orders(address=["4 Avenue de la Madone"]), addresses=points)

    checked = gisdata.check_orders(placed.orders)

    assert checked["placed_by"].tolist() == ["address"]
    assert placed.grades()["rows"].to_dict() == {"address": 1, "not placed": 0}


def test_the_extract_is_read_with_its_kinds(points):
    """Counted by hand with osmium: of the nodes 192 have number and street; the country is among the towns."""
    nodes = points[points["osm_id"].str.startswith("n")]

    assert (nodes["kind"] == "address").sum() == 192
    assert "Monaco" in set(points.loc[points["kind"] == "town", "name"])
    assert points.crs == "EPSG:4326"
    assert points.loc[points["kind"] == "street", "street"].ne("").all()


@search(max_examples=60)
@given(st.text(max_size=60) | st.lists(st.sampled_from(PARTS), max_size=12).map(" ".join))
def test_any_text_is_found_or_not_but_never_an_error(book, text):
    """Found means a street of the extract is in it, and a number where the grade says so."""
    found = book.address(text)

    if isinstance(found, Found):
        assert found.grade in ("address", "street")
        assert 7.40 < found.lon < 7.45
        assert found.grade == "street" or any(character.isdigit() for character in text)
    else:
        assert found.reason


@pytest.mark.parametrize("content", [b"", b"hello", b"PK\x03\x04zip"])
def test_a_file_that_is_no_extract_is_refused(tmp_path, content):
    """One clear error."""
    (tmp_path / "town 镇.osm.pbf").write_bytes(content)

    with pytest.raises(InputFileError, match="town 镇"):
        gisdata.address_points(tmp_path / "town 镇.osm.pbf")


def test_a_damaged_extract_is_refused(tmp_path):
    """Cut in half."""
    whole = (gisdata.sample_path("monaco") / "monaco.osm.pbf").read_bytes()
    (tmp_path / "cut.osm.pbf").write_bytes(whole[: len(whole) // 2])

    with pytest.raises(InputFileError, match="damaged or cut short"):
        gisdata.address_points(tmp_path / "cut.osm.pbf")
