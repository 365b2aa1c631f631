"""Memory is kept from one picture to the next."""

from __future__ import annotations

import ctypes
import subprocess
import sys
from pathlib import Path

import pytest

PICTURE = """
import ctypes
import torch
from faceaug.image.memory import keep_memory

class Info(ctypes.Structure):
    names = "arena ordblks smblks hblks hblkhd usmblks fsmblks uordblks fordblks keepcost".split()
    _fields_ = [(name, ctypes.c_size_t) for name in names]

tell = ctypes.CDLL(None).mallinfo2
tell.restype = Info
if KEEP:
    keep_memory()
before = tell().hblks
picture = torch.empty(20 * 2**20, dtype=torch.uint8)
print(tell().hblks - before)
"""


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "mallinfo2"), reason="this C library is left as it is")
@pytest.mark.parametrize("keep", [False, True])
def test_a_picture_comes_from_the_library_s_own_store(keep: bool) -> None:
    """glibc counts the blocks that it maps from the system one by one, to be given back as soon as they are freed."""
    code = PICTURE.replace("KEEP", str(keep))
    mapped = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert int(mapped) == (0 if keep else 1)


LARGE = """
from pathlib import Path
import torch
from faceaug.image.memory import keep_memory

if KEEP:
    keep_memory()
picture = torch.empty(20 * 2**20, dtype=torch.uint8).data_ptr()
asked = False
for line in Path("/proc/self/smaps").read_text().splitlines():
    name, *rest = line.split()
    if "-" in name and not name.endswith(":"):
        start, end = (int(place, 16) for place in name.split("-"))
        here = start <= picture < end
    elif name == "VmFlags:" and here:
        asked = "hg" in rest
print(int(asked))
"""


@pytest.mark.skipif(
    not (hasattr(ctypes.CDLL(None), "mallinfo2") and Path("/sys/kernel/mm/transparent_hugepage").exists()),
    reason="this C library, or system, has no large pages to ask for",
)
@pytest.mark.parametrize("keep", [False, True])
def test_a_picture_lies_where_large_pages_were_asked_for(keep: bool) -> None:
    code = LARGE.replace("KEEP", str(keep))
    asked = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert int(asked) == keep
