"""A headless Chromium without any network, and a plan to look at. Skips where no browser is installed."""

import itertools
import shutil

import pytest

from routing.model import Depot, Order, Problem, TravelMatrix, VehicleType
from routing.plan import Plan, PlanGeometry, Route, UnservedOrder, Visit

FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--host-resolver-rules=MAP * ~NOTFOUND", "--window-size=1400,900",
    "--force-device-scale-factor=1",
)
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@pytest.fixture(scope="session")
def browser(tmp_path_factory):
    """Chromium that resolves no host name and logs every request."""
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    chromium = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    driver = shutil.which("chromedriver")
    if chromium is None or driver is None:
        pytest.skip("needs Debian's packages chromium and chromium-driver, or Chrome and its chromedriver on the PATH")
    options = webdriver.ChromeOptions()
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(flag)
    options.binary_location = chromium
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    window = webdriver.Chrome(options=options, service=Service(driver))
    yield window
    window.quit()


def small_plan(roads, *, depot="D", vehicles=("van#1", "van#2"), orders=("A", "B", "C", "E"), left=("F",), text="",
               notes=(), currency=""):
    """Return a plan on the street grid: each vehicle serves as many orders as the others, along the streets.

    Orders stand at junctions along the second row and on; `text` is the name and address of each.
    """
    import shapely

    from routing.model import Tariff

    junctions = roads.nodes[["lon", "lat"]].to_numpy().tolist()
    places = [*junctions[7:11], *junctions[13:17], *junctions[19:23], *junctions[25:29], *junctions[1:6],
              *junctions[31:36]]
    served = tuple(Order(id=order, lon=lon, lat=lat, weight_kg=10, service_s=300, name=text, address=text)
                   for order, (lon, lat) in zip(orders, places, strict=False))
    unserved = tuple(Order(id=order, lon=114.3275 - i / 1000, lat=30.6275, weight_kg=10, name=text, address=text)
                     for i, order in enumerate(left))
    labels = (f"depot {depot}", *(f"order {order.id}" for order in (*served, *unserved)))
    zeros = [[0] * len(labels)] * len(labels)
    problem = Problem((*served, *unserved), (Depot(depot, lon=114.30, lat=30.60, name=text),),
                      tuple(VehicleType(vehicle, tariff=Tariff(currency=currency)) for vehicle in vehicles),
                      (TravelMatrix("van", labels, zeros, zeros),), roads=roads)
    share = len(served) // len(vehicles)
    routes, legs = [], []
    for i, vehicle in enumerate(vehicles):
        mine = served[i * share:(i + 1) * share]
        clock = range(8 * 3600, 8 * 3600 + 900 * share, 900)
        visits = tuple(Visit(order.id, at, at, at + 300) for order, at in zip(mine, clock, strict=True))
        routes.append(Route(vehicle, vehicle, depot, visits, 7 * 3600, 12 * 3600, 12_345, 100.0))
        stops = [(114.30, 30.60), *((order.lon, order.lat) for order in mine), (114.30, 30.60)]
        legs.append(tuple(shapely.LineString([a, (b[0], a[1]), b]) for a, b in itertools.pairwise(stops)))
    reasons = tuple(UnservedOrder(order, "not_found", text) for order in left)
    return Plan(problem, tuple(routes), reasons, notes=notes, geometry=PlanGeometry(tuple(legs), roads))


@pytest.fixture(scope="session")
def make_plan():
    """Give `small_plan`."""
    return small_plan
