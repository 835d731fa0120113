"""Adam on the flat parameters, with clipping and a moving average of the weights."""

import torch

from .parameters import Parameters
from .recipe import Optimizer as Settings


class Optimizer:
    def __init__(self, parameters: Parameters, settings: Settings):
        self.parameters, self.settings = parameters, settings
        flat, gradient = parameters.flat, parameters.gradient
        self.moment1, self.moment2 = torch.zeros_like(flat), torch.zeros_like(flat)
        on_gpu = flat.is_cuda
        self.updates = torch.zeros((), device=flat.device if on_gpu else "cpu")
        # Gains and biases do not decay: their rest position is not 0.
        middle = parameters.matrix_count
        groups = []
        for part, decay in (
            (slice(None, middle), settings.weight_decay),
            (slice(middle, None), 0.0),
        ):
            parameter = torch.nn.Parameter(flat[part])
            parameter.grad = gradient[part]
            groups.append({"params": [parameter], "weight_decay": decay})
        self.adam = torch.optim.AdamW(
            groups,
            lr=settings.rate,
            betas=(settings.beta1, settings.beta2),
            eps=settings.epsilon,
            fused=True,
        )
        for group, part in zip(self.adam.param_groups, (slice(None, middle), slice(middle, None))):
            self.adam.state[group["params"][0]] = {
                "step": self.updates.clone(),
                "exp_avg": self.moment1[part],
                "exp_avg_sq": self.moment2[part],
            }
        self.average = flat.clone() if settings.average else None

    def update(self, factor: float) -> torch.Tensor:
        """One step down the gradient at `factor` of the base rate; returns the gradient's norm."""
        gradient = self.parameters.gradient
        norm = torch.linalg.vector_norm(gradient)
        gradient.mul_((self.settings.clip / norm).clamp(max=1.0))
        for group in self.adam.param_groups:
            group["lr"] = self.settings.rate * factor
        self.adam.step()
        if self.average is not None:
            # In the beginning the weights move too fast for a long memory.
            count = self._steps()[0].item()
            decay = min(self.settings.average, (1 + count) / (10 + count))
            self.average.lerp_(self.parameters.flat, 1 - decay)
        return norm

    def _steps(self):
        return [self.adam.state[group["params"][0]]["step"] for group in self.adam.param_groups]

    def tensors(self) -> dict[str, torch.Tensor]:
        """What has to be kept for going on: views, under the names that checkpoints use."""
        views = self.parameters.views
        kept = {f"moment1.{name}": view for name, view in views(self.moment1).items()}
        kept |= {f"moment2.{name}": view for name, view in views(self.moment2).items()}
        if self.average is not None:
            kept |= {f"average.{name}": view for name, view in views(self.average).items()}
        return kept

    @property
    def update_count(self) -> int:
        return int(self._steps()[0].item())

    def restore(self, tensors: dict[str, torch.Tensor], update_count: int):
        """Raises KeyError if a tensor is missing."""
        for name, view in self.tensors().items():
            view.copy_(tensors[name])
        for step in self._steps():
            step.fill_(update_count)
