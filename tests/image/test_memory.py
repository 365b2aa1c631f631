"""Memory is kept from one picture to the next."""

from __future__ import annotations

import ctypes
import subprocess
import sys

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
