"""Two processes, started as on a cluster, do what one does."""

import os
import subprocess
import sys

import pytest
import torch
from runs import trainer, write_recipe

from fscomp_training import checkpoint
from fscomp_training.distributed import Processes
from fscomp_training.trainer import BEST, CHECKPOINT


def torchrun(repository, processes, *arguments):
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    return subprocess.run(
        [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node",
         str(processes), str(repository / "training/pretrain.py"), "--device", "cpu", *arguments],
        env=environment, capture_output=True, text=True, timeout=120,
    )


def test_two_processes_equal_one(repository, tmp_path, text):
    recipe = write_recipe(tmp_path, text)
    # Rounded hidden states would turn differences in the last bit into whole steps.
    smooth = "finish.share=0"
    alone = trainer(recipe, tmp_path / "one", [smooth])
    alone.run()
    done = torchrun(repository, 2, "--recipe", str(recipe), "--out", str(tmp_path / "two"),
                    "--set", smooth)
    assert done.returncode == 0, done.stderr
    assert "on 2 x cpu" in done.stdout
    assert done.stdout.count("done:") == 1

    one, one_progress = checkpoint.read(tmp_path / "one" / CHECKPOINT)
    two, two_progress = checkpoint.read(tmp_path / "two" / CHECKPOINT)
    assert two.keys() == one.keys()
    assert two_progress["windows"] == one_progress["windows"] == 10
    for name, tensor in one.items():
        # Sums of gradients have another order, which ten steps of Adam make a little larger.
        torch.testing.assert_close(two[name], tensor, rtol=1e-3, atol=1e-3, msg=name)
    assert abs(two_progress["best"] - one_progress["best"]) < 1e-4
    assert (tmp_path / "two" / BEST).exists()

    # What two began, one goes on with.
    longer = ["train.bytes=1536", "finish.share=0.5"]
    again = trainer(recipe, tmp_path / "two", longer)
    again.resume(tmp_path / "two" / CHECKPOINT)
    assert again.run() and again.windows == 12


def test_streams_are_divided_evenly():
    second = Processes(1, 4, torch.device("cpu"))
    assert second.share(8) == (2, 2)
    with pytest.raises(ValueError, match="7 streams cannot be divided among 4 processes"):
        second.share(7)
