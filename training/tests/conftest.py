"""What all tests need: the package on the path, one thread, and Triton's interpreter."""

import os
import sys
from pathlib import Path

import pytest
import torch

# Read when Triton is imported: kernels then run on the processor, in numpy. With a GPU they run
# there, in test_cuda.py.
if not torch.cuda.is_available():
    os.environ.setdefault("TRITON_INTERPRET", "1")
TRAINING = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TRAINING))

torch.set_num_threads(1)


@pytest.fixture(autouse=True)
def same_numbers_each_time():
    torch.manual_seed(1)


@pytest.fixture
def repository() -> Path:
    return TRAINING.parent


@pytest.fixture
def fscomp(repository) -> Path:
    """The program, if it has been built; FSCOMP names another one."""
    path = Path(os.environ.get("FSCOMP", repository / ".build/release/fscomp"))
    if not path.exists():
        pytest.skip(f"{path} is not built")
    return path


@pytest.fixture
def text(tmp_path, repository) -> Path:
    """Some 20 KB of English."""
    path = tmp_path / "text"
    path.write_bytes((repository / "corpora/samples/prose.txt").read_bytes()[:20_000])
    return path
