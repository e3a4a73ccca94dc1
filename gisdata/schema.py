"""The columns of every table that people fill in: orders, pieces, vehicles, depots. One table says it all.

Readers, checks, error messages and documentation all come from here. How a cell is read is not known here (see
`gisdata.kinds`). Units stand beside each column.
"""

from __future__ import annotations

import math
from dataclasses import KW_ONLY, dataclass
from typing import TYPE_CHECKING, Literal

from gisdata.clock import END_OF_TIME_S
from gisdata.errors import UnknownNameError
from gisdata.goods import GOODS, HAZARDS, TEMPERATURES, choices

if TYPE_CHECKING:
    import pandas as pd

CellKind = Literal["id", "text", "skills", "number", "whole", "clock", "yes_no", "choice", "spans"]

UNKNOWN = math.nan
NO_LIMIT = math.inf


@dataclass(frozen=True, slots=True)
class Column:
    """One column: what it means and what its cells may hold.

    Parameters
    ----------
    name : str
        Header in a file, and name in the checked frame.
    kind : CellKind
        How a cell is read.
    unit : str
        Unit of the numbers, for people.
    meaning : str
        One line for people.
    chinese : str
        Header in Chinese, unit in brackets.
    required : bool
        Whether the column must exist and every cell be filled in.
    default : float, int, str or bool
        What a blank cell, or an absent column, becomes.
    least, above, most : float
        Smallest value; bound that must be exceeded; largest value that is still plausible in this unit.
    choices : tuple of (str, str)
        Of a column of choices: each word that may stand in a cell, and what it means.
    """

    name: str
    kind: CellKind
    unit: str
    meaning: str
    chinese: str
    _: KW_ONLY
    required: bool = False
    default: float | int | str | bool = UNKNOWN
    least: float = -math.inf
    above: float = -math.inf
    most: float = math.inf
    choices: tuple[tuple[str, str], ...] = ()

    @property
    def seconds_name(self) -> str:
        """The column with the same in whole seconds after checking, ``service_s`` for ``service_min``; or empty."""
        return f"{self.stem}_s" if self.unit == "min" else ""

    @property
    def stem(self) -> str:
        """The name without its unit: ``weight`` of ``weight_kg``."""
        stem, _, last = self.name.rpartition("_")
        return stem if last in ("kg", "m3", "m", "min") else self.name


@dataclass(frozen=True, slots=True)
class Schema:
    """The columns of one table, and what must hold between them.

    Parameters
    ----------
    name : str
        Name of the table, such as ``"orders"``.
    chinese : str
        Its name in Chinese.
    columns : tuple of Column
        In the order in which they are shown.
    key : tuple of str
        Columns that together name a row, no two of which may agree in all of them; or empty.
    window : tuple of str
        The two clock columns of which the second must not be before the first; or empty.
    named : Column, optional
        Pattern of further columns: any header that begins with its name, such as ``demand_pallets``.
    """

    name: str
    chinese: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ("id",)
    window: tuple[str, ...] = ()
    named: Column | None = None

    def column(self, name: str) -> Column | None:
        """Return the column of a header, that of a pattern included; None for a header that is not known."""
        for column in self.columns:
            if column.name == name:
                return column
        if self.named is not None and name.startswith(self.named.name):
            return self.named
        return None

    @property
    def has_place(self) -> bool:
        """Whether every row has a position."""
        return any(column.name == "lon" for column in self.columns)


def _amount(name: str, unit: str, meaning: str, chinese: str, most: float) -> Column:
    return Column(name, "number", unit, meaning, chinese, default=0.0, least=0, most=most)


def _size(name: str, meaning: str, chinese: str, most: float, *, required: bool = False) -> Column:
    return Column(name, "number", "m", meaning, chinese, required=required, above=0, most=most)


def _limit(name: str, unit: str, meaning: str, chinese: str, most: float) -> Column:
    return Column(name, "number", unit, meaning, chinese, default=NO_LIMIT, above=0, most=most)


def _text(name: str, meaning: str, chinese: str, default: str = "") -> Column:
    return Column(name, "text", "", meaning, chinese, default=default)


def _begin(name: str, meaning: str, chinese: str) -> Column:
    return Column(name, "clock", "HH:MM", meaning, chinese, default=0)


def _end(name: str, meaning: str, chinese: str) -> Column:
    return Column(name, "clock", "HH:MM", meaning, chinese, default=END_OF_TIME_S)


_PLACE = (
    Column("lon", "number", "degrees", "Longitude, WGS 84", "经度", required=True, least=-180, most=180),
    Column("lat", "number", "degrees", "Latitude, WGS 84", "纬度", required=True, least=-90, most=90),
)

ORDER_KINDS = tuple((word, kind) for kind, words in {
    "delivery": ("delivery", "deliver", "dropoff", "drop-off", "送货", "送", "配送", "派送", "卸货"),
    "pickup": ("pickup", "pick-up", "pick up", "collect", "collection", "提货", "取货", "取", "揽收", "揽件", "装货"),
}.items() for word in words)

DRIVING_RULES = (("", ""), ("eu", "eu"), ("欧盟", "eu"), ("china", "china"), ("中国", "china"))

ORDERS = Schema(
    "orders", "订单",
    (
        Column("id", "id", "", "Name of the order; stays text, so 00123 stays 00123", "订单号", required=True),
        *_PLACE,
        Column("kind", "choice", "", "delivery (loaded at the start, unloaded here) or pickup (loaded here, unloaded "
               "at the end)", "作业类型", default="delivery", choices=ORDER_KINDS),
        Column("shipment", "id", "", "Name shared by a pickup and the delivery of the same goods; their load may stand "
               "at one of them", "提送配对号", default=""),
        _amount("weight_kg", "kg", "Mass to load", "重量(千克)", 100_000),
        _amount("volume_m3", "m³", "Volume to load", "体积(立方米)", 1_000),
        _amount("pieces", "pieces", "Pieces to load", "件数", 1_000_000),
        _begin("window_begin", "Service may begin from; 06:00+1 is the next morning", "最早到达"),
        _end("window_end", "Service must have begun by", "最晚到达"),
        Column("time_windows", "spans", "HH:MM-HH:MM", "Several windows, separated by ;, in one of which service must "
               "begin; blank: the one above alone", "多个时间窗", default=""),
        _amount("service_min", "min", "How long service takes", "服务时间(分钟)", 1_440),
        Column("skills", "skills", "", "What the vehicle must have, separated by ;", "车辆要求", default=""),
        Column("vehicle_types", "skills", "", "Vehicle types that may serve it, separated by ; (blank: any)",
               "可用车型", default=""),
        Column("penalty", "number", "currency", "Cost of leaving it unserved; blank: it must be served", "未送罚金",
               least=0, most=1e9),
        Column("goods", "skills", "", "Kinds of goods that may have to be kept from others, separated by ;, such as "
               "food or hazard 6.1", "货物种类", default=""),
        Column("zone", "id", "", "Zone that it lies in; blank: every vehicle goes there", "配送区域", default=""),
        _text("name", "Name of the customer", "客户名称"),
        _text("address", "Address of the customer", "收货地址"),
    ),
    window=("window_begin", "window_end"),
    named=_amount("demand_", "any", "Load in a dimension of your own, such as demand_pallets", "其他需求量", 1e9),
)

PIECES = Schema(
    "pieces", "货物",
    (
        Column("order", "id", "", "Order that the piece belongs to", "订单号", required=True),
        Column("id", "id", "", "Name of the piece, unique within its order", "货物编号", required=True),
        Column("count", "whole", "pieces", "How many are alike", "数量", default=1, least=1, most=100_000),
        _size("length_m", "Outer length", "长(米)", 30, required=True),
        _size("width_m", "Outer width", "宽(米)", 10, required=True),
        _size("height_m", "Outer height", "高(米)", 10, required=True),
        _amount("weight_kg", "kg", "Mass of one", "重量(千克)", 100_000),
        Column("stackable", "yes_no", "", "Whether something may stand on it", "可堆叠", default=True),
        Column("upright", "yes_no", "", "Whether its height must stay vertical", "须直立", default=True),
        Column("never_vertical", "skills", "", "Of a piece that need not stay upright: which of length, width and "
               "height must not be vertical, separated by ;", "不可竖直的边", default=""),
        Column("turnable", "yes_no", "", "Whether it may stand across the vehicle", "可水平旋转", default=True),
        Column("floor_only", "yes_no", "", "Whether it must stand on the floor", "须落地", default=False),
        Column("fragile", "yes_no", "", "Whether only fragile goods may stand on it", "易碎", default=False),
        _limit("max_top_load_kg", "kg", "Most mass that may rest on it; blank: no limit", "最大承压(千克)", 100_000),
        Column("goods", "choice", "", "Kind of goods that others must be kept from; blank: none", "货物类别",
               default="", choices=choices(GOODS)),
        Column("hazard", "choice", "", "Class of dangerous goods; blank: none", "危险品类别", default="",
               choices=choices(HAZARDS, "类")),
        Column("temperature", "choice", "", "Temperature class that it must be carried at; blank: none", "温度要求",
               default="", choices=choices(TEMPERATURES)),
    ),
    key=("order", "id"),
)

VEHICLES = Schema(
    "vehicles", "车辆",
    (
        Column("id", "id", "", "Name of the vehicle type", "车型", required=True),
        Column("count", "whole", "vehicles", "How many there are", "数量", required=True, least=0, most=100_000),
        _limit("payload_kg", "kg", "Most mass one carries; blank: no limit", "载质量(千克)", 200_000),
        _limit("volume_m3", "m³", "Most volume one carries; blank: no limit", "容积(立方米)", 1_000),
        _limit("pieces", "pieces", "Most pieces one carries; blank: no limit", "最多件数", 1_000_000),
        Column("cargo_space", "id", "", "Cargo space that ships with the package, such as 40HC or 9.6 m; its sizes "
               "hold where the row gives none", "货厢规格", default=""),
        _size("cargo_length_m", "Inside length of the cargo space", "货厢内长(米)", 30),
        _size("cargo_width_m", "Inside width of the cargo space", "货厢内宽(米)", 10),
        _size("cargo_height_m", "Inside height of the cargo space", "货厢内高(米)", 10),
        _size("length_m", "Outer length, for the roads it may use", "车长(米)", 60),
        _size("width_m", "Outer width", "车宽(米)", 10),
        _size("height_m", "Outer height", "车高(米)", 10),
        Column("gross_mass_kg", "number", "kg", "Mass when fully loaded", "总质量(千克)", above=0, most=500_000),
        Column("axles", "whole", "axles", "How many axles", "轴数", least=1, most=50),
        Column("years_in_service", "number", "years", "Age", "使用年限(年)", least=0, most=100),
        Column("crew", "whole", "people", "People who must ride along, the driver included", "随车人数",
               default=1, least=1, most=20),
        Column("customs_supervised", "yes_no", "", "Whether it may carry goods under customs supervision",
               "海关监管车辆", default=False),
        Column("profile", "id", "", "Road profile: which roads, how fast", "道路类型", default="van"),
        Column("depot", "id", "", "Depot where it starts, and ends unless told otherwise; blank: the only depot",
               "所属仓库", default=""),
        Column("end_depot", "id", "", "Depot where it ends; blank: where it starts", "收车仓库", default=""),
        Column("returns", "yes_no", "", "Whether it drives to a depot in the end; if not, it ends with its last stop",
               "须返回", default=True),
        Column("backhauls_last", "yes_no", "", "Whether all deliveries from the depot come before the first pickup",
               "先送后取", default=False),
        _begin("shift_begin", "Earliest departure", "最早出车"),
        _end("shift_end", "Latest return", "最晚回场"),
        _limit("max_hours", "h", "Longest time from departure to return; blank: no limit", "最长工时(小时)", 744),
        Column("breaks", "spans", "HH:MM-HH:MM", "When each break of the driver may begin, separated by ;", "休息时段",
               default=""),
        _amount("break_min", "min", "How long each of these breaks takes", "休息时长(分钟)", 1_440),
        Column("driving_rule", "choice", "", "Law on driving without a break: eu (45 min after 4.5 h) or china (20 min "
               "after 4 h); blank: none", "连续驾驶规则", default="", choices=DRIVING_RULES),
        _limit("max_distance_km", "km", "Most that one drives on a route; blank: no limit", "最大里程(公里)", 100_000),
        Column("max_stops", "whole", "stops", "Most stops of a route; blank: no limit", "最多站数", default=NO_LIMIT,
               least=1, most=100_000),
        Column("skills", "skills", "", "What it can do, separated by ;", "车辆能力", default=""),
        _amount("fixed_cost", "currency", "For each vehicle that leaves the depot", "固定费用", 1e9),
        _amount("cost_per_km", "currency/km", "For each kilometre; 1 where the row gives no cost at all", "每公里费用",
                1e6),
        _amount("cost_per_hour", "currency/h", "For each hour from departure to return", "每小时费用", 1e6),
        Column("zones", "skills", "", "The only zones whose orders it serves, separated by ; (blank: all)", "负责区域",
               default=""),
        _limit("overtime_after_hours", "h", "Hours from departure to return after which overtime begins; blank: never",
               "加班起算工时(小时)", 744),
        _amount("cost_per_overtime_hour", "currency/h", "For each hour of overtime, on top of the cost per hour",
                "每小时加班费", 1e6),
        _text("currency", "ISO 4217 code of the costs, for people", "币种"),
    ),
    window=("shift_begin", "shift_end"),
    named=_limit("capacity_", "any", "Most load in a dimension of your own, such as capacity_pallets", "其他容量", 1e9),
)

DEPOTS = Schema(
    "depots", "仓库",
    (
        Column("id", "id", "", "Name of the depot", "仓库编号", required=True),
        *_PLACE,
        _begin("open", "First departure", "开门时间"),
        _end("close", "Last return", "关门时间"),
        _text("name", "Name for people", "仓库名称"),
    ),
    window=("open", "close"),
)

LINES = Schema(
    "lines", "固定线路",
    (
        Column("id", "id", "", "Name of the line; a row for each of its stops", "线路", required=True),
        Column("stop", "id", "", "Order, or customer by the name in the orders", "站点", required=True),
        Column("sequence", "whole", "stops", "Place of the stop on the line; blank: as the rows stand", "停靠顺序",
               default=0, least=0, most=100_000),
        Column("weekdays", "skills", "", "When it is driven, such as mon;thu or 周一;周四; blank: every day", "星期",
               default=""),
        Column("depot", "id", "", "Depot where it starts; blank: any", "发车仓库", default=""),
        Column("vehicle_type", "id", "", "Type that drives it; blank: any", "车型", default=""),
        _amount("bend_percent", "%", "How much longer than the line alone its route may be; 0: it is kept",
                "允许绕行(%)", 100_000),
        Column("may_miss", "yes_no", "", "Whether the stop may have no order on some days", "可缺", default=False),
        Column("ignored", "yes_no", "", "Whether the line is not driven for now", "停用", default=False),
    ),
    key=("id", "stop"),
)

SCHEMAS = {schema.name: schema for schema in (ORDERS, PIECES, VEHICLES, DEPOTS, LINES)}

# Dimensions with a column of their own, which a named column (demand_, capacity_) must not repeat.
BUILT_IN_DIMENSIONS = ("weight_kg", "volume_m3", "pieces")


def schema_table(name: str) -> pd.DataFrame:
    """Return the columns of a table as a table: what may stand in a file, in which unit, and what a blank means.

    Parameters
    ----------
    name : str
        ``"orders"``, ``"pieces"``, ``"vehicles"``, ``"depots"`` or ``"lines"``.

    Returns
    -------
    DataFrame
        One row a column of the table: ``column``, ``kind``, ``unit``, ``required``, ``blank`` (what a blank cell
        becomes), ``least``, ``most`` (as text; empty where there is no bound), ``meaning``, ``chinese``.

    Raises
    ------
    UnknownNameError
        If there is no such table.

    Examples
    --------
    >>> schema_table("depots").loc[1:2, ["column", "unit", "required", "least", "most", "chinese"]]
      column     unit  required least most chinese
    1    lon  degrees      True  -180  180      经度
    2    lat  degrees      True   -90   90      纬度
    """
    import pandas as pd

    schema = SCHEMAS.get(name)
    if schema is None:
        raise UnknownNameError(f"there is no table {name!r}; there are: {', '.join(SCHEMAS)}")
    named = () if schema.named is None else (schema.named,)
    return pd.DataFrame([_described(column) for column in (*schema.columns, *named)])


def _described(column: Column) -> dict[str, object]:
    """Return one row of the documentation."""
    return {
        "column": f"{column.name}<name>" if column.name.endswith("_") else column.name,
        "kind": column.kind,
        "unit": column.unit,
        "required": column.required,
        "blank": "" if column.required else _default_in_words(column),
        "least": _bound(column.least) or (f"above {_bound(column.above)}" if math.isfinite(column.above) else ""),
        "most": _bound(column.most),
        "meaning": column.meaning,
        "chinese": column.chinese,
    }


def _default_in_words(column: Column) -> str:
    default = column.default
    if isinstance(default, bool):
        return "yes" if default else "no"
    if isinstance(default, str):
        return default
    if math.isnan(default):
        return "not given"
    if column.kind == "clock":
        return "no limit" if default == END_OF_TIME_S else "00:00"
    return "no limit" if math.isinf(default) else f"{default:g}"


def _bound(value: float) -> str:
    return f"{value:,.0f}" if math.isfinite(value) else ""
