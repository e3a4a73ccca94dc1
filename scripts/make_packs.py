"""Write the sample packs of routing/packs: small tables for each kind of user, from places of the Wuhan sample.

Run as ``python scripts/make_packs.py routing/packs``. Places and goods are those of the sample (made up, on real
roads); who orders what, when and on which line is drawn here with a fixed seed. Equal seeds give equal files.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pandas as pd

import gisdata
from gisdata.sample import Sample

Tables = dict[str, pd.DataFrame]
SIZE = 24
VANS = {"id": "4.2 m truck", "count": 4, "payload_kg": 1800, "volume_m3": 14, "profile": "truck", "fixed_cost": 180,
        "cost_per_km": 1.6, "cost_per_hour": 35, "currency": "CNY"}
TRUCKS = {"id": "7.6 m truck", "count": 3, "payload_kg": 6500, "volume_m3": 34, "profile": "truck", "fixed_cost": 420,
          "cost_per_km": 2.8, "cost_per_hour": 60, "currency": "CNY"}


def main(folder: Path) -> None:
    """Write all packs."""
    town = gisdata.load_sample("wuhan")
    depot = town.depots[["id", "lon", "lat", "name"]].iloc[:1]
    for seed, (name, make) in enumerate({"warehouse": warehouse, "third-party": third_party,
                                         "manufacturer": manufacturer, "distributor": distributor}.items(), start=1):
        rng = random.Random(seed)  # noqa: S311 (no secret)
        rows = town.orders.iloc[sorted(rng.sample(range(len(town.orders)), SIZE))]
        orders = rows[["id", "name", "lon", "lat", "weight_kg", "volume_m3"]].reset_index(drop=True)
        tables = {"depots": depot, "sites": sites(town, rng), **make(orders, rng)}
        (folder / name).mkdir(parents=True, exist_ok=True)
        for title, table in tables.items():
            table.to_csv(folder / name / f"{title}.csv", index=False, lineterminator="\n")


def sites(town: Sample, rng: random.Random) -> pd.DataFrame:
    """Return six candidate sites, the first of them open today."""
    rows = town.orders.iloc[sorted(rng.sample(range(len(town.orders)), 5))]
    table = pd.concat([town.depots.iloc[:1], rows])[["id", "lon", "lat"]].reset_index(drop=True)
    return table.assign(kind=["closable", *["candidate"] * 5],
                        capacity=[rng.randrange(2000, 4001, 500) for _ in range(6)],
                        fixed_cost=[rng.randrange(600, 1201, 100) for _ in range(6)])


def warehouse(orders: pd.DataFrame, rng: random.Random) -> Tables:
    """Return deliveries of a warehouse company for those who store with it, and returns that it fetches."""
    orders["kind"] = ["pickup" if rng.random() < 0.25 else "delivery" for _ in range(SIZE)]
    orders["goods"] = rng.choices(["hazard 3", "", "", "hazard 1"], k=SIZE)
    return {"orders": orders, "vehicles": pd.DataFrame([VANS])}


def third_party(orders: pd.DataFrame, rng: random.Random) -> Tables:
    """Return what a carrier fetches from one client for another, and vehicles for each of two zones."""
    orders["kind"] = ["pickup", "delivery"] * (SIZE // 2)
    orders["shipment"] = [f"S{i // 2 + 1:02d}" for i in range(SIZE)]
    for at in range(0, SIZE, 2):
        orders.loc[at + 1, ["weight_kg", "volume_m3"]] = orders.loc[at, ["weight_kg", "volume_m3"]].to_numpy()
    orders["zone"] = [zone for _ in range(SIZE // 2) for zone in [rng.choice(["north", "south"])] * 2]
    fleet = [{**VANS, "id": f"{zone} truck", "zones": zone} for zone in ("north", "south")]
    return {"orders": orders, "vehicles": pd.DataFrame(fleet)}


def manufacturer(orders: pd.DataFrame, rng: random.Random) -> Tables:
    """Return the day of a plant: parts from its suppliers, and pallets to warehouses."""
    orders["kind"] = ["pickup" if rng.random() < 0.4 else "delivery" for _ in range(SIZE)]
    orders["weight_kg"] = [rng.randrange(300, 1501, 50) for _ in range(SIZE)]
    orders["volume_m3"] = [round(weight / 250, 1) for weight in orders["weight_kg"]]
    fleet = [{**TRUCKS, "overtime_after_hours": 10, "cost_per_overtime_hour": 40}]
    return {"orders": orders, "vehicles": pd.DataFrame(fleet)}


def distributor(orders: pd.DataFrame, rng: random.Random) -> Tables:
    """Return the day of a distributor: shops on fixed lines, others as they order, most in the morning."""
    early = [rng.random() < 0.6 for _ in range(SIZE)]
    orders["window_begin"] = ["07:00" if yes else "" for yes in early]
    orders["window_end"] = ["12:00" if yes else "" for yes in early]
    nearest = orders.assign(turn=orders["lon"] + orders["lat"]).sort_values("turn")["name"].tolist()
    lines = pd.DataFrame({"id": ["west"] * 5 + ["east"] * 5, "stop": nearest[:5] + nearest[-5:],
                          "weekdays": ["mon;thu", *[""] * 4, "mon;fri", *[""] * 4],
                          "bend_percent": ["30", *[""] * 4, "30", *[""] * 4]})
    return {"orders": orders, "vehicles": pd.DataFrame([VANS]), "lines": lines}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
