"""Instances in the forms of Solomon, Li and Lim, Cordeau, Taillard and Duhamel: read as meant, faults told by line."""

import pytest

from gisdata.errors import InputFileError
from routing.errors import UnsupportedRuleError
from routing.interop import read_cordeau, read_hvrp, read_instance, read_li_lim, read_solomon
from routing.model import TimeWindow

SOLOMON = """C999

VEHICLE
NUMBER     CAPACITY
  3         200

CUSTOMER
CUST NO.   XCOORD.   YCOORD.    DEMAND   READY TIME   DUE DATE   SERVICE TIME

    0      40         50          0          0       1236          0
    1      45         68         10        912        967         90
    2      42         66         20         65        146         91
"""

CORDEAU = """2 3 2 2
120 80
0 60
1 0 3 5 7 1 2 1 2
2 4 3 0 9 1 2 1 2
3 0 0 0 0 0 0
4 4 0 0 0 0 0
"""

TAILLARD = """ //three lines
 //of comment
 //before the head
 2 2 999999.0 0.0 10.0 12.5
 1 30 0 1.0
 4 60 35 1.2
 0 0
 0 3 10
 4 3 25
"""

DUHAMEL = """//--- a department
2 2 999999 0 0 0
3 50 20 1
1 100 45 2.1
0   // la ville qui represente le depot
0\t1238\t2398
1238\t0\t1494
2398\t1494\t0
// pour chaque client, la quantité à collecter
1\t25
2\t33
"""

LI_LIM = """3\t200\t1
0\t40\t50\t0\t0\t1236\t0\t0\t0
1\t45\t62\t10\t885\t994\t90\t0\t3
2\t40\t53\t-5\t25\t186\t90\t4\t0
3\t42\t66\t-10\t65\t146\t90\t1\t0
4\t42\t68\t5\t727\t782\t90\t0\t2
"""

FORMS = {"solomon": (read_solomon, SOLOMON), "li_lim": (read_li_lim, LI_LIM),
         "cordeau": (read_cordeau, CORDEAU), "taillard": (read_hvrp, TAILLARD), "duhamel": (read_hvrp, DUHAMEL)}


@pytest.fixture
def write(tmp_path):
    """Write an instance, with the line ends of DOS as most are, and return its path."""
    def written(text):
        path = tmp_path / "instance.txt"
        path.write_bytes(text.replace("\n", "\r\n").encode())
        return path
    return written


def test_solomon_is_cut_to_one_decimal(write):
    """From (40, 50) to (45, 68): the root of 349 is 18.68, cut to 18.6; all times are tenths."""
    problem = read_solomon(write(SOLOMON))

    assert problem.matrices[0].distance_m[0].tolist() == [0, 186, 161]
    assert problem.matrices[0].duration_s[0].tolist() == [0, 186, 161]
    assert [(o.id, o.load["amount"], o.window, o.service_s) for o in problem.orders] == [
        ("1", 10, TimeWindow(9120, 9670), 900), ("2", 20, TimeWindow(650, 1460), 910)]
    assert problem.depots[0].hours == TimeWindow(0, 12_360)
    assert [(kind.count, kind.capacities["amount"], kind.tariff.cost(186, 0)) for kind in problem.fleet] == [
        (3, 200, pytest.approx(18.6))]


def test_solomon_with_real_distances(write):
    """Where vehicles come first, distances are real; two decimals are kept: 18.68."""
    problem = read_solomon(write(SOLOMON), rounding="nearest_2_decimals")

    assert problem.matrices[0].distance_m[0, 1] == 1868
    assert problem.orders[0].window == TimeWindow(91_200, 96_700)


def test_cordeau_has_vehicles_at_every_depot(write):
    """Three vehicles a depot, one depot with a longest duration and 80, the other without and 60 (0 is no limit)."""
    problem = read_cordeau(write(CORDEAU))

    assert problem.place_labels == ("depot 3", "depot 4", "order 1", "order 2")
    assert [(kind.depot, kind.count, kind.capacities["amount"], kind.max_duration_s) for kind in problem.fleet] == [
        ("3", 3, 80, 120_000), ("4", 3, 60, float("inf"))]
    assert problem.matrices[0].distance_m[0].tolist() == [0, 4000, 3000, 5000]
    assert problem.matrices[0].duration_s[0].tolist() == [0, 4000, 3000, 5000]
    assert [(order.service_s, order.load["amount"]) for order in problem.orders] == [(5000, 7), (0, 9)]


def test_cordeau_with_windows_reads_the_last_two_numbers(write):
    """Type 6 (MDVRPTW): what stands at the end of a line is the window."""
    text = "6" + CORDEAU[1:].replace("2 1 2\n", "2 1 2 30 60\n").replace("0 0 0 0\n", "0 0 0 0 0 90\n")

    problem = read_cordeau(write(text))

    assert [order.window for order in problem.orders] == [TimeWindow(30_000, 60_000)] * 2
    assert problem.depots[0].hours == TimeWindow(0, 90_000)


def test_taillard_has_coordinates(write):
    """Two types; a unit of distance costs 1.0 or 1.2: 3 units and back are 6 and 35 + 7.2."""
    problem = read_hvrp(write(TAILLARD))

    assert problem.matrices[0].distance_m[0].tolist() == [0, 3000, 5000]
    assert [(kind.count, kind.capacities["amount"], kind.tariff.cost(6000, 0)) for kind in problem.fleet] == [
        (1, 30, pytest.approx(6)), (4, 60, pytest.approx(42.2))]
    assert [order.load["amount"] for order in problem.orders] == [10, 25]


def test_duhamel_has_a_matrix_in_metres(write):
    """2.476 km with type 1 cost 20 + 2.476; travel takes no time, as the file has no range."""
    problem = read_hvrp(write(DUHAMEL))

    assert problem.matrices[0].distance_m.tolist() == [[0, 1238, 2398], [1238, 0, 1494], [2398, 1494, 0]]
    assert not problem.matrices[0].duration_s.any()
    assert [kind.tariff.cost(2476, 0) for kind in problem.fleet] == pytest.approx([22.476, 45 + 2.1 * 2.476])
    assert [(order.id, order.load["amount"]) for order in problem.orders] == [("1", 25), ("2", 33)]


def test_li_lim_ties_pickups_to_deliveries(write):
    """1 goes to 3 and 4 to 2; from (40, 50) to (45, 62) are 13; two decimals are kept."""
    problem = read_li_lim(write(LI_LIM))

    assert [(order.id, order.kind, order.load["amount"]) for order in problem.orders] == [
        ("1", "pickup", 10), ("2", "delivery", 5), ("3", "delivery", 10), ("4", "pickup", 5)]
    assert [(shipment.pickup, shipment.delivery) for shipment in problem.shipments] == [("1", "3"), ("4", "2")]
    assert problem.matrices[0].distance_m[0, 1] == problem.matrices[0].duration_s[0, 1] == 1300
    assert problem.orders[0].window == TimeWindow(88_500, 99_400)
    assert [(kind.count, kind.capacities["amount"]) for kind in problem.fleet] == [(3, 200)]


@pytest.mark.parametrize("form", FORMS)
def test_format_is_recognised(write, form):
    """`read_instance` reads what the reader of the format reads."""
    reader, text = FORMS[form]

    assert read_instance(write(text)) == reader(write(text))


def test_unknown_format_names_the_known(write):
    """A table of orders is no instance."""
    with pytest.raises(InputFileError, match=r"instance\.txt.*vrplib, solomon, li_lim, cordeau, hvrp"):
        read_instance(write("id,lon,lat\n1,2,3\n"))


FAULTS = [
    ("solomon", "45         68", "45         x", ["line 11", "'x'", "section 'CUSTOMER'", "column 'y'"]),
    ("solomon", "         10        912", "         -10        912", ["line 11", "demand", "'-10'", "below 0"]),
    ("solomon", "912        967", "967        912", ["line 11", "before it begins"]),
    ("solomon", "         91\n", "\n", ["line 12", "has 6 values, expected 7"]),
    ("solomon", "  2      42", "  1      42", ["line 12", "stands already in line 11"]),
    ("solomon", "VEHICLE\nNUMBER     CAPACITY\n  3         200", "", ["section 'VEHICLE'", "is missing"]),
    ("solomon", "CUSTOMER\n", "\n", ["section 'CUSTOMER'", "is missing or empty"]),
    ("li_lim", "3\t42\t66\t-10", "3\t42\t66\t-9", ["line 5", "'-9'", "not the opposite of the 10 at 1"]),
    ("li_lim", "90\t1\t0", "90\t2\t0", ["line 5", "names no place that names it", "'2 0'"]),
    ("li_lim", "90\t0\t2", "90\t3\t2", ["line 6", "names no place that names it"]),
    ("li_lim", "4\t42\t68\t5", "4\t42\t5", ["line 6", "has 8 values, expected 9"]),
    ("li_lim", "2\t40\t53", "1\t40\t53", ["line 4", "stands already in line 3"]),
    ("li_lim", "3\t200\t1\n", "3\tmany\t1\n", ["line 1", "'many'", "capacity"]),
    ("cordeau", "2 3 2 2\n", "9 3 2 2\n", ["line 1", "is no type of problem", "2 (MDVRP)"]),
    ("cordeau", "2 3 2 2\n", "2 0 2 2\n", ["line 1", "there must be a vehicle"]),
    ("cordeau", "2 3 2 2\n", "2 3 3 2\n", ["line 1", "has 4 lines of customers and depots"]),
    ("cordeau", "1 0 3 5 7", "1 0 3 5 -7", ["line 4", "demand", "'-7'"]),
    ("cordeau", "2 4 3 0 9 1 2 1 2", "1 4 3 0 9 1 2 1 2", ["line 5", "stands twice"]),
    ("cordeau", "2 4 3 0 9 1 2 1 2", "2 4", ["line 5", "too few"]),
    ("cordeau", "4 4 0 0 0", "4 4 0 0 8", ["line 7", "depot cannot have demand"]),
    ("taillard", " 4 3 25", " 4 3", ["line 9", "has 2 values, expected 3: x, y, demand"]),
    ("taillard", " 4 3 25\n", "", ["section 'coordinates'", "has 2 lines, expected 3"]),
    ("taillard", "1 30 0", "1.5 30 0", ["line 5", "'1.5'", "is no whole number"]),
    ("taillard", "0 3 10", "0 3 -10", ["line 8", "below 0"]),
    ("taillard", " 2 2 999999.0", " 200000 2 999999.0", ["line 4", "customers", "20,000 places"]),
    ("taillard", "999999.0 0.0", "0 0.0", ["max_duration_s must be more than zero"]),
    ("duhamel", "1238\t0\t1494", "1238\t0", ["line 7", "has 2 values, expected 3"]),
    ("duhamel", "1238\t0\t1494", "1238\t0\t-1494", ["line 7", "'-1494'", "below 0"]),
    ("duhamel", "2\t33", "3\t33", ["line 11", "customer 2 is expected"]),
    ("duhamel", "2\t33\n", "", ["section 'demands'", "has 1 lines, expected 2"]),
]


@pytest.mark.parametrize(("form", "right", "wrong", "told"), FAULTS)
def test_fault_is_told_with_its_place(write, form, right, wrong, told):
    """Line, section, value and reason stand in one message."""
    reader, text = FORMS[form]
    assert right in text

    with pytest.raises(InputFileError) as caught:
        reader(write(text.replace(right, wrong, 1)))

    assert [words for words in told if words not in str(caught.value)] == []


@pytest.mark.parametrize(("kind", "told"), [(1, "PVRP"), (3, "SDVRP"), (5, "periodic"), (7, "site-dependent")])
def test_periodic_and_site_dependent_are_refused(write, kind, told):
    """They need several days, or lists of types that this form does not explain."""
    with pytest.raises(UnsupportedRuleError, match=told):
        read_cordeau(write(f"{kind}{CORDEAU[1:]}"))


@pytest.mark.parametrize("form", FORMS)
def test_empty_file_is_an_error_of_the_file(write, form):
    """Nothing, and nothing but a comment."""
    for text in ("", "// nothing\n"):
        with pytest.raises(InputFileError):
            FORMS[form][0](write(text))
