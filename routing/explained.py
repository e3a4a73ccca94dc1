"""The words of an explained way, in English and Chinese. Nothing is found out here. Seconds, metres."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gisdata.errors import UnknownNameError
from gisdata.network.obstacles import Obstacle
from gisdata.profiles import Profile
from gisdata.profiles.limits import bounds
from routing.words import span

if TYPE_CHECKING:
    from gisdata.network.explaining import Facts, Moved
    from gisdata.network.tracing import Path

SHOWN = 12

_EN = {
    "no detour": "{free} has no faster way",
    "detour": "the detour costs {extra}\nClosed to {who} on the way of {free}:",
    "unreachable": "No way for {who} from {origin} to {destination}. It would be enough to open:",
    "no road": "No road leads from {origin} to {destination}, whatever is opened",
    "off the road": "{who} has no usable road near {lost}",
    "obstacle": "- {place}: {tag}={value}: {rule}",
    "gain": "; with every {tag}={value} of these open, {saves} less",
    "more": "- ... and {count} more",
    "moved": "- the road nearest to the {end} ({near} m) is not for {who}: {why}; its nearest usable: {far} m away",
    "cut off": "it is cut off from the rest",
    "origin": "origin", "destination": "destination", "and": " and ", "colon": ": ", "semicolon": "; ", "km": "km",
}  # fmt: skip
_ZH = {
    "no detour": "{free} 没有更快的路线",
    "detour": "绕行多花 {extra}\n{free} 的路线上，{who} 不能通行的路段：",
    "unreachable": "{who} 无法从 {origin} 到达 {destination}。只要开放以下路段即可到达：",
    "no road": "从 {origin} 到 {destination} 没有道路相通",
    "off the road": "{lost} 附近没有 {who} 可用的道路",
    "obstacle": "- {place}：{rule}",
    "gain": "；若其中 {tag}={value} 全部开放，可节省 {saves}",
    "more": "- ……另有 {count} 处",
    "moved": "- {end}最近的道路（{near} 米）{who} 不能使用：{why}；最近的可用道路在 {far} 米外",
    "cut off": "与路网不连通",
    "origin": "起点", "destination": "终点", "and": " 和 ", "colon": "：", "semicolon": "；", "km": "公里",
}  # fmt: skip
_FIGURES_ZH = {
    "height_m": ("限高", "车高", "米"), "width_m": ("限宽", "车宽", "米"), "length_m": ("限长", "车长", "米"),
    "mass_t": ("限重", "车货总重", "吨"), "rated_mass_t": ("限核定总质量", "核定总质量", "吨"),
    "axle_load_t": ("限轴重", "轴重", "吨"), "bogie_load_t": ("限并装轴重", "并装轴重", "吨"),
    "axles": ("限轴数", "轴数", "轴"),
}  # fmt: skip


def told(facts: Facts, labels: tuple[str, str], who: Profile, free: Profile, language: str) -> str:
    """Return an explanation as a few lines.

    Parameters
    ----------
    facts : Facts
        What was found.
    labels : tuple of str
        What origin and destination are called.
    who, free : Profile
        The vehicle, and whom it is compared with.
    language : {"en", "zh"}
        Of the text.

    Returns
    -------
    str
        First what the way costs, then one line for each closed road and for each end that was moved.

    Raises
    ------
    UnknownNameError
        If there are no words in the language.
    """
    if language not in {"en", "zh"}:
        raise UnknownNameError(f"there are no explanations in {language!r}; write en or zh")
    return "\n".join(_Teller(facts, labels, who, free, chinese=language == "zh").lines())


@dataclass(frozen=True, slots=True)
class _Teller:
    facts: Facts
    labels: tuple[str, str]
    who: Profile
    free: Profile
    chinese: bool

    def lines(self) -> Iterator[str]:
        facts, words = self.facts, _ZH if self.chinese else _EN
        if facts.path and facts.free_path:
            yield self._way(self.who.name, facts.path)
        if facts.kind == "detour" and facts.free_path:
            yield self._way(self.free.name, facts.free_path)
        yield words[facts.kind].format(who=self.who.name, free=self.free.name, origin=self.labels[0],
                                       destination=self.labels[1], extra=self._extra(), lost=self._lost())
        for each, saves_s in list(zip(facts.obstacles, facts.saves_s, strict=True))[:SHOWN]:
            yield self._obstacle(each, saves_s)
        if len(facts.obstacles) > SHOWN:
            yield words["more"].format(count=len(facts.obstacles) - SHOWN)
        for moved in facts.moved:
            yield self._moved(moved)

    def _way(self, name: str, path: Path) -> str:
        words = _ZH if self.chinese else _EN
        return f"{name}{words['colon']}{self._span(path.duration_s)}, {path.distance_m / 1000:,.1f} {words['km']}"

    def _extra(self) -> str:
        words, path, free = _ZH if self.chinese else _EN, self.facts.path, self.facts.free_path
        if path is None or free is None:
            return ""
        more_km = (path.distance_m - free.distance_m) / 1000
        return f"{self._span(path.duration_s - free.duration_s)}{words['and']}{more_km:,.1f} {words['km']}"

    def _lost(self) -> str:
        ends = dict(zip(("origin", "destination"), self.labels, strict=True))
        return (_ZH if self.chinese else _EN)["and"].join(ends[end] for end in self.facts.lost)

    def _obstacle(self, each: Obstacle, saves_s: float) -> str:
        words = _ZH if self.chinese else _EN
        place = f"{each.street} ({each.osm})" if each.street else each.osm
        line = words["obstacle"].format(place=place, tag=each.tag, value=each.value, rule=self._rule(each))
        if np.isnan(saves_s) or round(saves_s) == 0:
            return line
        return line + words["gain"].format(tag=each.tag, value=each.value, saves=self._span(saves_s))

    def _moved(self, moved: Moved) -> str:
        words = _ZH if self.chinese else _EN
        why = words["semicolon"].join(self._reason(each) for each in moved.reasons) or words["cut off"]
        return words["moved"].format(end=words[moved.end], near=f"{moved.nearest_m:,.0f}", who=self.who.name, why=why,
                                     far=f"{moved.usable_m:,.0f}")

    def _reason(self, each: Obstacle) -> str:
        return self._rule(each) if self.chinese else f"{each.tag}={each.value}: {each.rule}"

    def _rule(self, each: Obstacle) -> str:
        """Return what a tag means: in Chinese a limit beside the vehicle's own figure, or what is closed."""
        if not self.chinese:
            return each.rule
        told_by, tag = f"{each.tag}={each.value}", each.tag.removesuffix(":conditional")
        if tag in bounds():
            figure = bounds()[tag][0]
            limit, own, unit = _FIGURES_ZH[figure]
            return f"{limit}（{told_by}），{own} {getattr(self.who, figure):g} {unit}"
        if "only begin or end" in each.rule:
            return f"仅限到达车辆（{told_by}）"
        if tag == "city rule":
            return f"城市限行规定“{each.value}”"
        if tag == "restriction":
            return f"禁止转向（{told_by}）"
        what = {"barrier": "路障", "highway": "该等级道路不供此车型行驶"}.get(tag, "禁止通行")
        return f"{what}（{told_by}）"

    def _span(self, seconds: float) -> str:
        if not self.chinese:
            return span(seconds)
        minutes, rest = divmod(round(seconds), 60)
        hours, minutes = divmod(minutes, 60)
        parts = ((hours, "小时"), (minutes, "分"), (rest, "秒"))
        return " ".join(f"{count} {unit}" for count, unit in parts if count) or "0 秒"
