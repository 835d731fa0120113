"""Many operations on a GPU as one CUDA graph.

A window is thousands of short kernels, each launched in more time than it runs. A graph is recorded
once and started as a whole.
"""

from collections.abc import Callable

import torch

WARM_UP_RUNS = 2  # compile kernels and choose matrix products before anything is recorded


def recorded(action: Callable[[], None], device: torch.device) -> Callable[[], None]:
    """What does as `action` does, in one launch where `device` is a GPU.

    `action` must only read and write tensors that stay where they are, must not wait for the GPU,
    and must do no harm if it is run a few times more.
    """
    if device.type != "cuda":
        return action
    stream = torch.cuda.Stream(device)
    stream.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(stream):
        for _ in range(WARM_UP_RUNS):
            action()
    torch.cuda.current_stream().wait_stream(stream)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        action()
    return graph.replay
