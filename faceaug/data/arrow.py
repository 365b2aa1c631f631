"""Files for Arrow to read, of its own: its threads must hold nothing of Python's.

Arrow reads ahead in threads that may let go of what they read after the answer is there. If that belongs to Python, the
thread waits for the interpreter's lock; where the interpreter ends meanwhile, it is ended by Python in the middle of
C++ that must not be left, and the process aborts ("terminate called without an active exception", exit code 134; seen
in pyarrow 26 with a Python file, in one of some fifty short commands on one core).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["parquet_names", "parquet_table", "source"]


def parquet_table(path: Path) -> Any:
    """The table in a Parquet file.

    Raises:
        OSError: the file cannot be read.
        ValueError: it is no Parquet file.
    """
    import pyarrow as pa
    from pyarrow import parquet

    with pa.OSFile(str(path)) as file:
        return parquet.read_table(file)


def parquet_names(path: Path) -> list[str]:
    """The columns of a Parquet file; raises as `parquet_table`."""
    import pyarrow as pa
    from pyarrow import parquet

    with pa.OSFile(str(path)) as file:
        return list(parquet.read_schema(file).names)


def source(data: bytes) -> Any:
    """Bytes that are in memory, as a file in memory of Arrow's own."""
    import pyarrow as pa

    sink = pa.BufferOutputStream()
    sink.write(data)
    return pa.BufferReader(sink.getvalue())
