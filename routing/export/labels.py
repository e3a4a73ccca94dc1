"""What stands on printed sheets, in Chinese and English. Machine keys on the left never change; labels may.

Nothing is written here. Units stand in the labels.
"""

from __future__ import annotations

from typing import Literal

from routing.export.wording import REASONS

Language = Literal["zh", "en"]

_ZH_EN = {
    # columns of the dispatch sheet
    "vehicle": ("车辆", "vehicle"),
    "stop": ("顺序", "stop"),
    "order": ("订单号", "order"),
    "kind": ("作业", "kind"),
    "delivery": ("送货", "deliver"),
    "pickup": ("提货", "pick up"),
    "name": ("客户", "name"),
    "address": ("地址", "address"),
    "arrival": ("到达", "arrives"),
    "begin": ("开始服务", "begins"),
    "end": ("离开", "leaves"),
    "window_begin": ("最早", "not before"),
    "window_end": ("最晚", "not after"),
    "weight_kg": ("重量（千克）", "weight (kg)"),
    "volume_m3": ("体积（立方米）", "volume (m³)"),
    "pieces": ("件数", "pieces"),
    "km": ("距上一站（公里）", "from previous (km)"),
    "note": ("备注", "note"),
    # columns of its summary
    "vehicle_type": ("车型", "type"),
    "driver": ("司机", "driver"),
    "depot": ("仓库", "depot"),
    "departs": ("出发", "departs"),
    "returns": ("返回", "returns"),
    "ends": ("结束", "ends"),
    "end_depot": ("终点", "ends at"),
    "no return": ("不返回", "does not return"),
    "stops": ("站数", "stops"),
    "route_km": ("里程（公里）", "distance (km)"),
    "fullest": ("最高装载率（%）", "fullest (%)"),
    "cost": ("费用", "cost"),
    # sheets and headings
    "summary": ("汇总", "summary"),
    "dispatch": ("派车单", "dispatch"),
    "dispatch_title": ("派车单", "Dispatch sheet"),
    "driver_title": ("司机任务单", "Driver's sheet"),
    "figures": ("总计", "In all"),
    "vehicles": ("车辆任务", "Vehicles"),
    "notes": ("说明", "Notes"),
    "origin": ("来源", "Origin"),
    # figures
    "day": ("日期", "day"),
    "orders": ("订单总数", "orders"),
    "orders served": ("已安排订单", "orders served"),
    "orders not served": ("未安排订单", "orders not served"),
    "vehicles used": ("使用车辆", "vehicles used"),
    "vehicles there are": ("可用车辆", "vehicles there are"),
    "distance": ("总里程", "distance"),
    "working time": ("总工时", "working time"),
    "penalty of orders not served": ("未安排订单的罚金", "penalty of orders not served"),
    # origin
    "time zone": ("时区", "time zone"),
    "engine": ("求解器", "engine"),
    "seed": ("随机种子", "seed"),
    "limit, seconds": ("时限（秒）", "limit, seconds"),
    "limit, iterations": ("迭代上限", "limit, iterations"),
    "plan digest": ("计划摘要值", "plan digest"),
    "problem digest": ("问题摘要值", "problem digest"),
    "roads": ("路网", "roads"),
    "roads, source": ("路网来源", "roads, source"),
    "roads, date": ("路网日期", "roads, date"),
    "roads, licence": ("路网许可", "roads, licence"),
    "roads, attribution": ("路网署名", "roads, attribution"),
    "roads, notes": ("路网说明", "roads, notes"),
    "coordinates": ("坐标", "coordinates"),
    "written by": ("生成软件", "written by"),
    "schema": ("格式版本", "schema"),
    # units
    "km unit": ("公里", "km"),
    "h unit": ("小时", "h"),
    "load": ("装载", "load"),
    "pieces unit": ("件", "pieces"),
    # driver's sheet
    "route": ("里程", "distance"),
    "depot mark": ("仓", "D"),
    "kg unit": ("千克", "kg"),
    "m³ unit": ("立方米", "m³"),
    "arrives at": ("到达 {0}", "arrives {0}"),
    "break at": ("休息 {0}", "break {0}"),
    "window of": ("时间窗 {0}", "window {0}"),
    "until": ("{0} 前", "until {0}"),
    "from": ("{0} 后", "from {0}"),
    "signed": ("签名 / 时间", "name / time"),
    "number": ("序", "#"),
    "time": ("时间", "time"),
    "goods": ("货物", "goods"),
    "scan": ("扫码", "scan"),
    "signature": ("签收", "signature"),
    "customer": ("客户与地址", "customer and address"),
    "page": ("第 {0} 页，共 {1} 页", "page {0} of {1}"),
    "plan": ("计划", "plan"),
    "turn list": ("行车指引", "turn list"),
    "turns to stop": ("至第 {0} 站：{1}", "to stop {0}: {1}"),
    "turns to depot": ("返回：{0}", "back to {0}"),
    "straight": ("直线示意，非实际道路", "straight lines, not roads"),
    "nothing planned": ("本计划没有派出车辆。", "No vehicle leaves in this plan."),
    # loading
    "load_title": ("配载单", "Loading sheet"),
    "loading steps": ("装车步骤", "loading steps"),
    "picking list": ("拣货单", "picking list"),
    "unloading list": ("卸货单", "unloading list"),
    "axle loads": ("轴荷", "axle loads"),
    "step": ("步骤", "step"),
    "piece": ("货物", "piece"),
    "size (mm)": ("长×宽×高（毫米）", "size as it stands (mm)"),
    "one weight (kg)": ("单件重量（千克）", "weight (kg)"),
    "place": ("位置", "place"),
    "leg": ("路段", "leg"),
    "after stop": ("上一站", "after"),
    "mass_kg": ("载货（千克）", "goods (kg)"),
    "centre_x_m": ("重心距前壁（米）", "centre from front (m)"),
    "centre_y_m": ("重心距左壁（米）", "centre from left (m)"),
    "centre_z_m": ("重心高（米）", "centre above floor (m)"),
    "axle (kg)": ("{0}（千克）", "{0} (kg)"),
    "wall": ("第 {0} 排货墙，距前壁 {1} 至 {2} 米", "wall {0}, {1} to {2} m from the front"),
    "steps of wall": ("从车尾看；步骤 {0}", "seen from the rear; steps {0}"),
    "from the front": ("距前壁 {0} 米", "{0} m from the front"),
    "left side": ("左侧", "left"),
    "middle": ("中间", "middle"),
    "right side": ("右侧", "right"),
    "on piece": ("放在 {0} 上", "on {0}"),
    "on the floor": ("落地", "on the floor"),
    "turned": ("水平转 90°", "turned"),
    "tipped": ("侧放", "tipped"),
    "stop number": ("第 {0} 站", "stop {0}"),
    "filled": ("{0} 件，装满 {1}%，占用长度 {2} 米", "{0} pieces, {1} % full, {2} m of length used"),
    # sentences
    "wait": ("等待 {0} 分钟", "wait {0} min"),
    "to order": ("送往订单 {0}", "to order {0}"),
    "from order": ("来自订单 {0}", "from order {0}"),
    "needs": ("需要：{0}", "needs: {0}"),
    "locked": ("已锁定", "locked"),
    "not served": ("未安排：{0}", "not served: {0}"),
    "how to edit": (
        "可修改“车辆”和“顺序”两列（底色为黄）：改车辆即换车，改顺序即调整先后（可用小数，如 2.5 排在 2 与 3 之间），"
        "清空车辆即不安排。行可以排序、筛选；请勿改订单号。时间按原计划，修改后由 routebook audit 重新计算。",
        "Edit the columns 'vehicle' and 'stop' (yellow): another vehicle moves the order, another number changes the "
        "sequence (2.5 goes between 2 and 3), a blank vehicle leaves it out. Rows may be sorted and filtered; leave "
        "the order ids as they are. Times are those of the plan; routebook audit works them out anew."),
}
_REASONS_ZH = {
    "no_road": "没有道路可达", "too_big": "超出所有车辆的装载能力", "skill": "没有车辆具备所需条件",
    "closed_window": "所有车辆都无法在时间窗内到达", "shift_too_short": "班次时间不够",
    "too_far": "超出所有车辆的最大里程", "no_vehicle": "没有车辆可用",
    "not_worth_it": "罚金低于配送费用", "not_found": "未找到可行的安排",
}


def check_language(language: str) -> Language:
    """Return the language if there are labels in it.

    Parameters
    ----------
    language : str
        ``zh`` or ``en``.

    Returns
    -------
    {"zh", "en"}
        The same.

    Raises
    ------
    ValueError
        If there are none; the message lists those there are.
    """
    if language == "zh":
        return "zh"
    if language == "en":
        return "en"
    raise ValueError(f"there are no labels in {language!r}; there are: zh (Chinese), en (English)")


def label(key: str, language: Language, *values: object) -> str:
    """Return what stands on paper for a key; a name without a label, such as a load dimension, as it is.

    Parameters
    ----------
    key : str
        Such as ``arrival``.
    language : {"zh", "en"}
        Of the paper.
    *values : object
        What goes into a sentence.

    Returns
    -------
    str
        Text, unescaped.

    Examples
    --------
    >>> label("arrival", "zh"), label("wait", "en", 31), label("pallets", "zh")
    ('到达', 'wait 31 min', 'pallets')
    """
    texts = _ZH_EN.get(key)
    return key if texts is None else texts[language == "en"].format(*values)


def all_labels(language: Language) -> str:
    """Return every label in a language, for choosing a font that has all its characters."""
    return "".join(texts[language == "en"] for texts in _ZH_EN.values())


def reason_label(reason: str, detail: str, language: Language) -> str:
    """Return why an order is not served, and the figures behind it as the plan states them."""
    words = (_REASONS_ZH if language == "zh" else REASONS).get(reason, reason)
    if not detail:
        return words
    return f"{words}（{detail}）" if language == "zh" else f"{words}: {detail}"
