"""Order files as bad as real ones, made from a seed, with the truth they hide.

Chinese headers with units, title rows, merged headers, full-width digits, separators of thousands, units in cells,
clock times in words, windows over midnight in one cell; as GB18030 CSV or as a workbook.
"""

import csv
import random
from dataclasses import dataclass, field

import openpyxl

WEIGHT_HEADERS = {"t": "毛重（吨）", "kg": "货物重量(KG)", "g": "重量［克］"}
VOLUME_HEADERS = {"m3": "体积(方)", "l": "体积（升）"}


@dataclass
class Messy:
    """A bad table: rows to write, the header rows, and what each record truly says."""

    title: list
    headers: list
    rows: list
    truth: list
    planted: list = field(default_factory=list)  # (record, field, text as written), each to be repaired


def messy_orders(seed, count, *, places=None, merged=False, title=True):
    """Return a bad order table; `places` are (name, address, lon, lat), without them rows have coordinates."""
    rng = random.Random(seed)
    weight_unit, volume_unit = rng.choice(list(WEIGHT_HEADERS)), rng.choice(list(VOLUME_HEADERS))
    messy = Messy(["某某物流有限公司 发货明细表"] if title else [], [], [], [])
    for at in range(count):
        truth = {"id": f"DD{seed:02d}{at:06d}", "weight_kg": rng.randint(1, 99_999) / 10,
                 "volume_m3": rng.randint(1, 9_999) / 1_000, "pieces": rng.randint(1, 3_000)}
        truth["window_begin"], truth["window_end"], window = _window(rng)
        messy.truth.append(truth)
        cells = {
            "weight_kg": _amount(rng, truth["weight_kg"], {"t": 1000, "kg": 1, "g": 0.001}[weight_unit],
                                 {"t": "吨", "kg": "公斤", "g": "克"}[weight_unit]),
            "volume_m3": _amount(rng, truth["volume_m3"], {"m3": 1, "l": 0.001}[volume_unit],
                                 {"m3": "立方", "l": "升"}[volume_unit]),
            "pieces": _amount(rng, truth["pieces"], 1, "件"),
        }
        plain = {"weight_kg": truth["weight_kg"], "volume_m3": truth["volume_m3"], "pieces": truth["pieces"]}
        messy.planted += [(at, name, text) for name, text in cells.items() if text != f"{plain[name]:g}"]
        messy.planted += [(at, "window_begin", window), (at, "window_end", window)]
        if places is None:
            where = [f"{114.2 + rng.random() / 5:.6f}", f"{30.5 + rng.random() / 5:.6f}"]
        else:
            where = list(places[at % len(places)][:2])
        messy.rows.append([truth["id"], *where, cells["weight_kg"], cells["volume_m3"], cells["pieces"], window,
                           rng.choice(["张三", "李四", ""]), "易碎"])
    where = [("经度", ""), ("纬度", "")] if places is None else [("客户名称", ""), ("收货地址", "")]
    weight, volume = WEIGHT_HEADERS[weight_unit], VOLUME_HEADERS[volume_unit]
    pairs = [("订单编号", ""), *where, ("货物", weight), ("", volume), ("", "件数"), ("收货时间", ""), ("联系人", ""),
             ("备注", "")]
    top, bottom = zip(*pairs, strict=True)
    messy.headers = [list(top), list(bottom)] if merged else [[lower or upper for upper, lower in pairs]]
    return messy


def write_csv(messy, path, encoding="gb18030"):
    """Write the table as a CSV file."""
    with path.open("w", encoding=encoding, newline="") as handle:
        writer = csv.writer(handle)
        writer.writerows([[line] for line in messy.title])
        writer.writerows(messy.headers)
        writer.writerows(messy.rows)
    return path


def write_workbook(messy, path):
    """Write the table as a workbook with a second sheet of notes; cells that look like numbers are numbers."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("3月")
    for row in [[line] for line in messy.title] + messy.headers:
        sheet.append([cell or None for cell in row])
    for row in messy.rows:
        sheet.append([float(cell) if cell.replace(".", "", 1).isdigit() and cell.isascii() else cell or None
                      for cell in row])
    book.create_sheet("说明").append(["填表说明：重量以实际过磅为准"])
    book.save(path)
    return path


def _amount(rng, value, factor, word):
    """Return an amount in the unit of its header, as somebody may have typed it."""
    text = f"{value / factor:.10g}"
    if "e" in text:
        text = f"{value / factor:.4f}".rstrip("0").rstrip(".")
    style = rng.randrange(6)
    if style == 1:
        text = text.translate(str.maketrans("0123456789.", "０１２３４５６７８９．"))
    elif style == 2:
        text = f"{text} {word}"
    elif style == 3:
        whole, dot, rest = text.partition(".")
        text = f"{int(whole):,}{dot}{rest}"
    elif style == 4:
        text = f"{text}{word}".translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    return text


def _window(rng):
    """Return begin and end in seconds, and the text that says so."""
    begin, end = rng.randint(6, 11), rng.randint(13, 22)
    minute = rng.choice([0, 15, 30])
    hours = begin * 3600, end * 3600
    texts = [
        (hours[0] + minute * 60, hours[1], f"{begin}:{minute:02d}-{end}:00"),
        (hours[0], hours[1], f"{begin}-{end}点"),
        (*hours, f"{begin}：00～{end}：00"),
        (hours[0], hours[1] + 1800, f"上午{begin}点至下午{end - 12}点半"),
        (22 * 3600, 30 * 3600, "22:00-次日06:00"),
        (hours[0] + 1800, hours[1] + 1800, f"{begin}点30-{end}点30分"),
        (0, hours[1], f"{end}点前"),
    ]
    return rng.choice(texts[:6] if end == 22 else texts)
