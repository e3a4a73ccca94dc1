"""What a cell of each kind may hold: pydantic types made from the schema, and words for what is wrong with a cell.

Every cell arrives as text without surrounding blanks; a blank cell is None. Rules, the same for every format:

- a number is plain: ``1000``, ``-0.5``, ``1e3``; no separator of thousands, no decimal comma, no unit, no nan, no inf;
- a clock time is ``06:30``, ``06:30:15``, ``30:00`` or ``06:00+1``, or the fraction of a day that Excel stores;
- yes and no are yes/no, true/false, y/n, 1/0, 是/否;
- an id is one line of text, kept letter by letter;
- a choice is one of the words of its column, in any case;
- spans are stretches of clock time such as ``08:00-10:00;14:00-16:00``.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache, partial
from itertools import islice
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    GetPydanticSchema,
    StringConstraints,
    create_model,
)
from pydantic_core import core_schema

from gisdata.clock import DAY_S, parse_clock
from gisdata.schema import Column, Schema

MOST_ID_LETTERS = 200
MOST_TEXT_LETTERS = 2_000
NUMBER = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"

_NUMBER = re.compile(NUMBER, re.ASCII)
_SHORTENED = re.compile(r"\d(\.\d+)?E\+(1[1-9]|[2-9]\d|\d{3})", re.ASCII | re.IGNORECASE)
_EXCEL_ERRORS = frozenset(("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"))
_CLOCK_LIKE = re.compile(r"\d{1,2}([:.点]|$)", re.ASCII)
_CELLS_LOOKED_AT = 20
_remembered = lru_cache(maxsize=4096)  # few cells of a clock or skills column differ
_YES_NO = {
    "yes": True, "true": True, "y": True, "1": True, "是": True,
    "no": False, "false": False, "n": False, "0": False, "否": False,
}


@cache
def columns_model(schema: Schema) -> type[BaseModel]:
    """Return the pydantic model of a stretch of records, held by columns: one list of cells a column.

    Parameters
    ----------
    schema : Schema
        The table.

    Returns
    -------
    type of BaseModel
        A field for each column of the schema, and ``named`` for those of its pattern: lists by header. A fault is
        located by column, then by position in its list. Blank cells (None) pass; whether they may is checked elsewhere.
    """
    fields: dict[str, Any] = {column.name: (list[_cell_type(column)], ...) for column in schema.columns}  # type: ignore[misc]
    if schema.named is not None:
        fields["named"] = (dict[str, list[_cell_type(schema.named)]], ...)  # type: ignore[misc]
    return create_model(f"{schema.name.title()}Columns", __config__=ConfigDict(extra="forbid"), **fields)


def words_for(column: Column, error: Mapping[str, Any], cell: str) -> tuple[str, str]:
    """Return what is wrong with a cell and what to do, in words.

    Parameters
    ----------
    column : Column
        The cell's column.
    error : mapping
        One of pydantic's errors of `columns_model`.
    cell : str
        Content of the cell.

    Returns
    -------
    tuple of str
        Reason and remedy.
    """
    context = error.get("ctx", {})
    if error["type"] == "value_error":
        reason, remedy = context["error"].args
    elif column.kind in ("number", "whole"):
        unit = f" {column.unit}" if column.unit else ""
        reason, remedy = {
            "string_pattern_mismatch": ("is not a number", _number_remedy(column, cell)),
            "finite_number": ("is too large a number", f"Write a number{_in_unit(column)}."),
            "greater_than_equal": (f"is below {column.least:,g}{unit}", f"Write at least {column.least:,g}."),
            "greater_than": (f"is not above {column.above:,g}{unit}", f"Write more than {column.above:,g}."),
            "less_than_equal": (f"is above {column.most:,.0f}{unit}", _too_much_remedy(column)),
            "multiple_of": ("is not a whole number", "Write a whole number."),
        }[error["type"]]
    else:
        reason, remedy = {
            "string_too_long": (f"is longer than {context.get('max_length')} letters", "Shorten it."),
            "string_pattern_mismatch": ("holds a line break or a control character", "Write it on one line."),
            "string_unicode": ("holds half a character (a lone surrogate)", "Write the text again."),
        }[error["type"]]
    return reason, remedy


def clock_s(cell: str) -> int:
    """Return seconds from midnight of clock text, or of the fraction of a day that Excel stores.

    Parameters
    ----------
    cell : str
        Such as ``06:30``, ``06:00+1`` or ``0.25``.

    Returns
    -------
    int
        Seconds from midnight of the plan day.

    Raises
    ------
    ValueError
        With two arguments, reason and remedy, if it is neither.

    Examples
    --------
    >>> clock_s("06:30"), clock_s("0.25"), clock_s("0")
    (23400, 21600, 0)
    """
    if _NUMBER.fullmatch(cell):
        if not 0 <= float(cell) < 1:
            raise ValueError("is a number, not a clock time", _hours_remedy(cell))
        return round(float(cell) * DAY_S)
    try:
        seconds = parse_clock(cell)
    except ValueError as error:
        if "outside" in str(error):
            raise ValueError("is more than 31 days after midnight", "Write HH:MM, such as 06:30, or 06:30+1.") from None
        raise ValueError("is not a clock time", "Write HH:MM, such as 06:30, or 06:30+1 for the next day.") from None
    if 0 < seconds < 60:
        raise ValueError(f"is {seconds} s after midnight", f"If hours were meant, write {seconds:02d}:00.")
    return seconds


def number_or_nan(cell: str) -> float:
    """Return the number in a cell, NaN if it holds none.

    Parameters
    ----------
    cell : str
        Text without surrounding blanks.

    Returns
    -------
    float
        The number, or NaN.
    """
    return float(cell) if _NUMBER.fullmatch(cell) else math.nan


def could_hold(column: Column, cells: Sequence[str]) -> bool:
    """Return whether the first filled cells would do in a column of numbers, clock times, or yes and no.

    Parameters
    ----------
    column : Column
        The column.
    cells : sequence of str
        Cells of another column.

    Returns
    -------
    bool
        False if there is no filled cell.
    """
    filled = list(islice((cell for cell in cells if cell), _CELLS_LOOKED_AT))
    return bool(filled) and all(map(_fits(column), filled))


def _fits(column: Column) -> Callable[[str], bool]:
    if column.kind == "yes_no":
        return lambda cell: cell.lower() in _YES_NO
    if column.kind == "choice":
        words = {word.casefold() for word, _ in column.choices}
        return lambda cell: cell.casefold() in words
    if column.kind == "clock":
        return lambda cell: _CLOCK_LIKE.match(cell) is not None
    return lambda cell: _NUMBER.match(cell) is not None


def _cell_type(column: Column) -> Any:  # noqa: ANN401  (a type made at run time)
    """Return the type of a cell, None for blank allowed."""
    match column.kind:
        case "number" | "whole":
            return Annotated[float, _number_schema(column)] | None
        case "clock":
            return Annotated[int, BeforeValidator(_remembered(clock_s))] | None
        case "yes_no" | "choice":
            return _word_type(column)
        case "skills" | "spans":
            short = StringConstraints(max_length=MOST_TEXT_LETTERS)
            read = _skills if column.kind == "skills" else _spans
            return Annotated[str, short, AfterValidator(_remembered(read))] | None
        case "id":
            one_line = StringConstraints(max_length=MOST_ID_LETTERS, pattern=r"^[^\p{Cc}]+$")
            return Annotated[str, one_line, AfterValidator(_id)] | None
        case "text":
            return Annotated[str, StringConstraints(max_length=MOST_TEXT_LETTERS)] | None


def _word_type(column: Column) -> Any:  # noqa: ANN401  (a type made at run time)
    """Return the type of a cell that holds one of a few words, None for blank allowed."""
    if column.kind == "yes_no":
        return Annotated[bool, BeforeValidator(_yes_no)] | None
    return Annotated[str, BeforeValidator(partial(_choice, column))] | None


def _number_schema(column: Column) -> GetPydanticSchema:
    """Return plain digits, then the number within its bounds; both steps run outside Python."""
    bounds: dict[str, float] = {
        name: bound for name, bound in (("ge", column.least), ("gt", column.above), ("le", column.most))
        if math.isfinite(bound)
    }
    if column.kind == "whole":
        bounds["multiple_of"] = 1
    number = core_schema.float_schema(allow_inf_nan=False, **bounds)  # type: ignore[arg-type]
    digits = core_schema.str_schema(pattern=f"^{NUMBER}$")
    return GetPydanticSchema(lambda _source, _handler: core_schema.chain_schema([digits, number]))


def _id(cell: str) -> str:
    if cell in _EXCEL_ERRORS:
        raise ValueError("is an error of a formula", "Correct the formula, or write the id as text.")
    if _SHORTENED.fullmatch(cell):
        raise ValueError("is a long number that a spreadsheet has shortened; its last digits are lost",
                         "Format the column as text, then paste the ids again.")
    return cell


def _skills(cell: str) -> str:
    """Return skills separated by ``;``, each once, in the order written."""
    if any(mark in cell for mark in ",，、|\n\t"):
        raise ValueError("holds a separator other than ;", "Separate skills by ;, such as cold;crane.")
    return ";".join(dict.fromkeys(skill.strip() for skill in cell.replace("；", ";").split(";") if skill.strip()))


def spans(cell: str) -> tuple[tuple[int, int], ...]:
    """Return the stretches of clock time in a cell.

    Parameters
    ----------
    cell : str
        Such as ``08:00-10:00;14:00-16:00``; blank: none.

    Returns
    -------
    tuple of (int, int)
        Begin and end of each, in the order written; seconds from midnight of the plan day.

    Raises
    ------
    ValueError
        With two arguments, reason and remedy, if one is no such stretch.

    Examples
    --------
    >>> spans("08:00-10:00; 22:00-06:00+1")
    ((28800, 36000), (79200, 108000))
    """
    found = []
    for part in filter(None, (part.strip() for part in cell.replace("；", ";").split(";"))):
        ends = [end.strip() for end in re.split(r"[-–—~～]", part)]
        if len(ends) != 2:
            raise ValueError("is no list of times from-to", "Write them as 08:00-10:00;14:00-16:00.")
        begin_s, end_s = map(clock_s, ends)
        if end_s < begin_s:
            raise ValueError(f"holds {part}, which ends before it begins",
                             f"If it ends on the next day, write {ends[1]}+1.")
        found.append((begin_s, end_s))
    return tuple(found)


def _spans(cell: str) -> str:
    """Return spans as they are written, once it is known that they can be read."""
    spans(cell)
    return cell


def _yes_no(cell: object) -> bool:
    answer = _YES_NO.get(str(cell).lower())
    if answer is None:
        raise ValueError("is neither yes nor no", "Write yes or no (true/false, 1/0, 是/否 will do).")
    return answer


def _choice(column: Column, cell: object) -> str:
    known = {word.casefold(): meaning for word, meaning in column.choices}
    meaning = known.get(str(cell).casefold())
    if meaning is None:
        words = " or ".join(filter(None, dict.fromkeys(known.values())))
        raise ValueError(f"is neither {words.replace(' or ', ' nor ')}", f"Write {words}.")
    return meaning


def _in_unit(column: Column) -> str:
    return f" of {column.unit}" if column.unit else ""


def _number_remedy(column: Column, cell: str) -> str:
    blank = "" if column.required else ", or leave the cell blank"
    plain = unicodedata.normalize("NFKC", cell)
    if cell.lower().lstrip("+-") in ("nan", "inf", "infinity"):
        return f"Write a finite number{_in_unit(column)}{blank}."
    if not cell.isascii() and _NUMBER.fullmatch(plain):
        return f"Write it in plain digits: {plain}."
    if re.fullmatch(r"[+-]?[0-9.,' ]*,[0-9.,' ]*", cell):
        return "Write a decimal point and no separator of thousands, such as 5.3 or 5300."
    if re.fullmatch(rf"{NUMBER}\s*[^\W\d_].*", cell, re.DOTALL):
        return f"Write the number alone{', in ' + column.unit if column.unit else ''}."
    return f"Write a number{_in_unit(column)}{blank}."


def _too_much_remedy(column: Column) -> str:
    if column.unit == "degrees":
        return "Write degrees of WGS 84, longitude before latitude; are lon and lat swapped, or metres given?"
    return f"Is another unit meant? The column is in {column.unit}." if column.unit else "Check the number."


def _hours_remedy(cell: str) -> str:
    hours = float(cell)
    if 0 <= hours <= 48:
        minutes = round(hours * 60)
        return f"If {cell} o'clock is meant, write {minutes // 60:02d}:{minutes % 60:02d}."
    return "Write HH:MM, such as 06:30, or 06:30+1 for the next day."
