"""Messages between an engine and its worker process: a JSON header, then raw int64 arrays. No pickle.

On the pipe: length of the header (4 bytes, little endian), header (UTF-8), then each array as it lies in memory, little
endian, row by row. The header's ``arrays`` lists their names and shapes.
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Mapping
from typing import IO, TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LENGTH = struct.Struct("<I")


def write_message(pipe: IO[bytes], header: Mapping[str, Any],
                  arrays: Mapping[str, NDArray[np.int64]] | None = None) -> None:
    """Write one message and flush it.

    Parameters
    ----------
    pipe : binary file
        To write to.
    header : mapping
        JSON values; the key ``arrays`` is taken.
    arrays : mapping of str to ndarray of int64, optional
        Sent as they are.

    Raises
    ------
    OSError
        If nobody reads the pipe any more.
    """
    blocks = {name: np.ascontiguousarray(array, dtype="<i8") for name, array in (arrays or {}).items()}
    text = json.dumps({**header, "arrays": [[name, list(block.shape)] for name, block in blocks.items()]}).encode()
    pipe.write(_LENGTH.pack(len(text)) + text)
    pipe.writelines(block.tobytes() for block in blocks.values())
    pipe.flush()


def read_message(pipe: IO[bytes]) -> tuple[dict[str, Any], dict[str, NDArray[np.int64]]] | None:
    """Read one message.

    Parameters
    ----------
    pipe : binary file
        To read from; the call waits for a whole message.

    Returns
    -------
    tuple of (dict, dict of str to ndarray) or None
        Header and arrays; None once the other side has closed the pipe, even in the middle of a message.
    """
    length = pipe.read(_LENGTH.size)
    if len(length) < _LENGTH.size:
        return None
    text = pipe.read(_LENGTH.unpack(length)[0])
    try:
        header = json.loads(text)
    except ValueError:
        return None
    arrays = {}
    for name, shape in header.pop("arrays"):
        size = 8 * math.prod(shape)
        block = pipe.read(size)
        if len(block) < size:
            return None
        arrays[name] = np.frombuffer(block, dtype="<i8").astype(np.int64).reshape(shape)
    return header, arrays
