"""Compiles the kernels of a window for an H200-class card, on a machine that has none.

usage: compile_only.py

All goes as on a GPU: Triton looks at the arguments of each launch, specializes and compiles the
kernel for compute capability 9.0, down to machine code. Only the launch itself is left out. Run as
a program, because Triton's interpreter takes the compiler's place where it is on.
"""

import os
import sys

os.environ["TRITON_INTERPRET"] = "0"

import conftest
import torch
from helpers import Manner, NetworkShape, random_parameters, random_window
from triton.backends.compiler import GPUTarget
from triton.backends.driver import DriverBase
from triton.runtime import driver

from fscomp_training import triton_cell
from fscomp_training.shape import SLOW_GATES


class NoDevice(DriverBase):
    """What Triton asks a driver for in order to compile."""

    def __init__(self):
        pass

    @classmethod
    def is_active(cls):
        return True

    def map_python_to_cpp_type(self, name):
        return name

    def get_current_target(self):
        return GPUTarget("cuda", 90, 32)

    def get_active_torch_device(self):
        return torch.device("cpu")

    def get_benchmarker(self):
        return None

    def get_current_device(self):
        return 0

    def get_current_stream(self, device=None):
        return 0


class Compiled:
    """Stands for a kernel: launches compile it and do nothing."""

    def __init__(self, kernel):
        self.kernel, self.variants = kernel, {}

    def __getitem__(self, grid):
        def launch(*arguments, **options):
            variant = self.kernel.run(*arguments, grid=grid, warmup=True, **options)
            self.variants[variant.hash] = variant

        return launch


def main():
    driver.set_active(NoDevice())
    names = ["_forward", "_backward", "_forward_minimal", "_backward_minimal"]
    kernels = [Compiled(getattr(triton_cell, name)) for name in names]
    for name, kernel in zip(names, kernels):
        setattr(triton_cell, name, kernel)
    for slow_cell in SLOW_GATES:
        parameters = random_parameters(NetworkShape(3, 48, 64, slow_cell), torch.float32)
        window = random_window(
            parameters, 2, 16, align=16, kernels=triton_cell, norm_rows=4, compute=torch.bfloat16,
            manner=Manner((972, 717, 768), quantized=True, first_stream=1),
        )
        window.forward_backward(1.0)
    for kernel in kernels:
        for variant in kernel.variants.values():
            assert len(variant.asm["cubin"]) > 1000 and variant.metadata.shared <= 227 * 1024
    print("compiled", *(len(kernel.variants) for kernel in kernels))


if __name__ == "__main__":
    sys.exit(main())
