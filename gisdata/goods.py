"""The classes of goods that loading tells apart: kinds of goods, dangerous goods, temperatures.

Each is a mapping from the word used here to the word for Chinese readers.
"""

from __future__ import annotations

from collections.abc import Mapping

GOODS = {
    "": "普通货物", "food": "食品", "feed": "饲料", "medicine": "药品", "chemical": "化工品", "odorous": "有异味货物",
    "odour-sensitive": "易串味货物", "dusty": "扬尘货物", "wet": "易渗漏货物", "moisture-sensitive": "怕潮货物",
    "livestock": "活禽畜", "valuable": "贵重物品",
}
"""Kinds of goods by how they affect others, or are affected. Empty: neither."""

HAZARDS = {
    "": "非危险货物", "1": "爆炸品", "1.4S": "1.4S 爆炸品", "2.1": "易燃气体", "2.2": "非易燃无毒气体",
    "2.3": "毒性气体", "3": "易燃液体", "4.1": "易燃固体", "4.2": "自燃物质", "4.3": "遇水放出易燃气体的物质",
    "5.1": "氧化性物质", "5.2": "有机过氧化物", "6.1": "毒性物质", "6.2": "感染性物质", "7": "放射性物质",
    "8": "腐蚀性物质", "9": "杂项危险物质",
}
"""Classes and divisions of dangerous goods of the UN Model Regulations, as in ADR 2.2 and GB 6944. Empty: none."""

TEMPERATURES = {"": "常温", "chilled": "冷藏", "frozen": "冷冻", "deep-frozen": "深冷", "heated": "保温加热"}
"""Temperature classes of goods and of the compartments that carry them. Empty: as the weather is."""

VERTICAL = ("length", "width", "height")
"""Sides of a piece, one of which is vertical."""


def choices(classes: Mapping[str, str], suffix: str = "") -> tuple[tuple[str, str], ...]:
    """Return what may stand in a cell for each class, and the class that it means.

    Parameters
    ----------
    classes : mapping of str to str
        Of this module.
    suffix : str
        What may follow the class in a cell, such as ``类``.

    Returns
    -------
    tuple of (str, str)
        The class itself, with the suffix, and in Chinese.
    """
    words = [(word, name) for name, chinese in classes.items() for word in (name, name and name + suffix, chinese)]
    return tuple(dict.fromkeys((word, name) for word, name in words if word))
