"""What all tests share: the sample photographs, the big set of faces, and the switch that rewrites golden pictures."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="rewrite the golden pictures, and fail")


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository."""
    return ROOT


@pytest.fixture(scope="session")
def samples() -> Path:
    """The folder of the two sample portraits."""
    return ROOT / "sample_data"


@pytest.fixture(scope="session")
def faces() -> Path:
    """The big set of real faces, which is not part of this repository."""
    folder = Path(os.environ.get("FACEAUG_FACES") or ROOT.parent / "shared" / "faces")
    if not folder.is_dir():
        pytest.skip(f"the big set of faces is not at {folder}; set FACEAUG_FACES")
    return folder


@pytest.fixture(scope="session", autouse=True)
def _cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Tests keep measurements in a folder of their own, never in that of the person who runs them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FACEAUG_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(autouse=True)
def _interruptible() -> Iterator[None]:
    """Let Ctrl-C raise KeyboardInterrupt, also where the suite runs as a background job, which is born deaf to it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
