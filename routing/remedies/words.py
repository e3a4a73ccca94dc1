"""Explanations and changes in words, English and Chinese. Nothing is found out here."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from gisdata.clock import format_clock
from gisdata.errors import UnknownNameError
from routing.model import Order, Problem, VehicleType
from routing.remedies.change import Change, applied
from routing.timing import working_hours
from routing.words import amount, listed, money, span

DIMENSIONS_ZH = {"weight_kg": "公斤", "volume_m3": "立方米", "pieces": "件", "pallets": "托盘位"}

REASONS = {
    "en": {
        "no_road": "no vehicle has a road there and back", "too_big": "no vehicle can carry it",
        "skill": "no vehicle has what it needs", "closed_window": "no vehicle can be there while its window is open",
        "shift_too_short": "no vehicle can serve it within its working time", "too_far": "no vehicle may drive so far",
        "no_vehicle": "no vehicle could serve it, even alone",
        "fleet_too_small": "all vehicles together carry too little",
        "not_worth_it": "its penalty costs less than serving it", "not_found": "no place was found for it",
    },
    "zh": {
        "no_road": "没有任何车辆有路可往返", "too_big": "任何车辆都装不下", "skill": "没有车辆具备所需条件",
        "closed_window": "任何车辆都无法在时间窗内到达", "shift_too_short": "任何车辆都无法在工作时间内完成",
        "too_far": "超出所有车辆的最大里程", "no_vehicle": "即使单独配送，也没有车辆能完成",
        "fleet_too_small": "全部车辆的总运力不足", "not_worth_it": "不送的罚金低于配送成本",
        "not_found": "未找到可行的位置",
    },
}
VERDICTS = {"en": {"impossible": "impossible", "not_worth_it": "not worth it", "not_found": "not found"},
            "zh": {"impossible": "不可行", "not_worth_it": "不划算", "not_found": "未找到"}}

_CHANGES = {
    "en": {
        "search": "a longer search serves it",
        "window_later": "time window of order {order} until {to} instead of {was} (+{more})",
        "window_earlier": "time window of order {order} from {to} instead of {was} (-{more})",
        "early_start": "{type} leaves from {to} instead of {was} (-{more})",
        "overtime": "{type} works {more} longer{until}",
        "capacity": "{type} carries {more} more ({to} instead of {was})",
        "distance": "{type} drives {more} further", "stops": "{type} makes {more} more stops",
        "skill": "{type} gets {what}", "permit": "{type} may serve order {order}", "vehicle": "one more {type}",
        "penalty": "leaving it out costs {more} more",
    },
    "zh": {
        "search": "延长搜索即可配送", "window_later": "订单 {order} 的时间窗延后到 {to}（原 {was}，+{more}）",
        "window_earlier": "订单 {order} 的时间窗提前到 {to}（原 {was}，-{more}）",
        "early_start": "{type} 提前到 {to} 出车（原 {was}，-{more}）",
        "overtime": "{type} 加班 {more}{until}",
        "capacity": "{type} 多装 {more}（{to}，原 {was}）",
        "distance": "{type} 多行驶 {more}", "stops": "{type} 多停 {more} 站",
        "skill": "{type} 增加条件：{what}", "permit": "允许 {type} 配送订单 {order}", "vehicle": "增加一辆 {type}",
        "penalty": "不送的罚金提高 {more}",
    },
}
_LINES = {
    "en": {"until": " (back by {to} instead of {was})", "head": "order {order}: not served, {verdict}: {reason}",
           "detail": " ({detail})",
           "remedy": "- {change}; cost {cost}{proof}", "proof": ", no less would do", "and": " and ",
           "none": "no single change that would serve it was found"},
    "zh": {"until": "（最晚 {to} 收车，原 {was}）", "head": "订单 {order} 未配送，{verdict}：{reason}",
           "detail": "（{detail}）",
           "remedy": "- {change}；成本 {cost}{proof}", "proof": "，已证明为最小", "and": " 和 ",
           "none": "未找到能使其得到配送的单项改动"},
}


def told(problem: Problem, orders: Sequence[str], facts: tuple[str, str, str],
         changes: Sequence[tuple[Change, float, bool]], language: str) -> Iterator[str]:
    """Yield the lines of an explanation.

    Parameters
    ----------
    problem : Problem
        As it is.
    orders : sequence of str
        Ids that are asked about.
    facts : tuple of str
        Verdict, code of the reason, and the figures in English.
    changes : sequence of (Change, float, bool)
        What would serve them, what it costs, and whether less is proven not to do.
    language : {"en", "zh"}
        Of the text.

    Yields
    ------
    str
        One line.
    """
    lines = _LINES[_known(language)]
    verdict, reason, detail = facts
    head = lines["head"].format(order=lines["and"].join(orders), verdict=VERDICTS[language][verdict],
                                reason=REASONS[language][reason])
    told_zh = "；".join(_chinese_facts(problem, orders, reason, changes)) if language == "zh" else detail
    yield head + (lines["detail"].format(detail=told_zh) if told_zh else "")
    for change, cost, smallest in changes:
        proof = lines["proof"] if smallest and change.amount not in (0.0, 1.0) else ""
        priced = f"{'+' if cost >= 0 else '-'}{money(abs(cost), problem.currency)}"
        yield lines["remedy"].format(change=change_text(problem, tuple(orders), change, language), cost=priced,
                                     proof=proof)
    if not changes:
        yield lines["none"]


def change_text(problem: Problem, orders: tuple[str, ...], change: Change, language: str = "en") -> str:
    """Return one change in words.

    Parameters
    ----------
    problem : Problem
        As it is.
    orders : tuple of str
        Ids that shall be served.
    change : Change
        What is loosened.
    language : {"en", "zh"}
        Of the text.

    Returns
    -------
    str
        Such as ``van works 25 min longer (back by 18:25 instead of 18:00)``.

    Raises
    ------
    UnknownNameError
        If there are no words in the language.
    """
    words = _CHANGES[_known(language)][change.kind]
    was, to = _figures(problem, orders, change, language)
    needed = frozenset().union(*(_order(problem, order).skills for order in orders))
    kind = next((kind for kind in problem.fleet if kind.id == change.vehicle_type), None)
    what = listed(sorted(needed - kind.skills)) if kind and change.kind == "skill" else ""
    until = _LINES[language]["until"].format(was=was, to=to) if was != to else ""
    return words.format(order=change.order, type=change.vehicle_type, more=_more(problem, change, language), was=was,
                        to=to, what=what, until=until)


def _figures(problem: Problem, orders: tuple[str, ...], change: Change, language: str) -> tuple[str, str]:
    """Return what was and what is then, as far as a change is one of a clock time or a load."""
    after = applied(problem, change, orders)
    if change.kind in ("window_later", "window_earlier"):
        windows = [_order(some, change.order).window for some in (problem, after)]
        was, to = (format_clock(w.end_s if change.kind == "window_later" else w.begin_s) for w in windows)
    elif change.kind in ("early_start", "overtime"):
        hours = [working_hours(some, _vehicle(some, change.vehicle_type)) for some in (problem, after)]
        was, to = (format_clock(pair[change.kind == "overtime"]) for pair in hours)
    elif change.kind == "capacity":
        was, to = (_load(_vehicle(some, change.vehicle_type).capacities[change.dimension], change.dimension, language)
                   for some in (problem, after))
    else:
        was = to = ""
    return was, to


def _more(problem: Problem, change: Change, language: str) -> str:
    if change.unit == "s":
        return span(change.amount) if language == "en" else _span_zh(change.amount)
    if change.kind == "capacity":
        return _load(change.amount, change.dimension, language)
    if change.kind == "distance":
        return f"{math.ceil(change.amount) / 1000:,.3f} {'km' if language == 'en' else '公里'}"
    if change.kind == "penalty":
        return money(change.amount, problem.currency)
    return f"{change.amount:g}"


def _load(value: float, dimension: str, language: str) -> str:
    text = amount(value, dimension)
    return text if language == "en" else f"{text.split(' ')[0]} {DIMENSIONS_ZH.get(dimension, dimension)}"


def _span_zh(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    parts = ((hours, "小时"), (minutes, "分"), (rest, "秒"))
    return " ".join(f"{count:,} {unit}" for count, unit in parts if count) or "0 秒"


def _chinese_facts(problem: Problem, orders: Sequence[str], reason: str,
                   changes: Sequence[tuple[Change, float, bool]]) -> Iterator[str]:
    """Yield the figures behind a reason."""
    order = _order(problem, orders[0])
    least = {change.kind: change for change, _, _ in changes}
    if reason == "closed_window":
        yield f"时间窗 {order.window}"
    if reason in ("too_big", "fleet_too_small") and order.load:
        yield "需要 " + "，".join(_load(value, name, "zh") for name, value in order.load.items())
    if reason == "skill" and order.skills:
        yield f"需要 {'、'.join(sorted(order.skills))}"
    if reason == "shift_too_short" and "overtime" in least:
        yield f"至少多 {_span_zh(least['overtime'].amount)}"
    if reason == "not_worth_it":
        yield f"罚金 {money(order.penalty or 0.0, problem.currency)}"


def _order(problem: Problem, order: str) -> Order:
    return problem.orders[problem.order_row[order] - len(problem.depots)]


def _vehicle(problem: Problem, name: str) -> VehicleType:
    return next(kind for kind in problem.fleet if kind.id == name)


def _known(language: str) -> str:
    if language not in _LINES:
        raise UnknownNameError(f"there are no explanations in {language!r}; write en or zh")
    return language
