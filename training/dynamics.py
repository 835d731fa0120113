#!/usr/bin/env python3
"""Shows what networks remember, how fast their states change, and where in a word they err.

  training/dynamics.py MODEL.safetensors corpora/data/enwik8.valid -o dynamics.svg
  fscomp model export default -o default.safetensors
  training/dynamics.py default.safetensors TEXT

The three figures of section 4 of Mujika, Meier, Steger 2017, as one page, for each state of each
network: the size of the gradient of the cost at t by the cell state at t - k; how far a cell state
moves in some steps; and the cost of a byte by its position in a word.
"""

import argparse
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE / "experiments")]

REACH = 128  # steps back
LAGS = (1, 2, 4, 8, 16, 32, 64)
POSITIONS = 10  # of a letter in its word


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("model", type=Path, nargs="+", help="checkpoints, of any cells")
    parser.add_argument("text", type=Path)
    parser.add_argument("--bytes", type=int, default=65_536, help="of the text (default: 65,536)")
    parser.add_argument("--lanes", type=int, default=64)
    parser.add_argument("--threads", type=int)
    parser.add_argument("-o", "--output", type=Path, help="an SVG picture (default: none)")
    return parser.parse_args()


def memories(network, state) -> dict:
    """Each state's cell state [lanes, units], or hidden state where there is no other."""
    if network.wiring == "fast-slow" and network.shares_states:
        named = {"fast": state[0], "slow": state[1]}
    elif network.shares_states:
        named = {"state": state}
    else:
        named = dict(zip(network.cells, state))
    # What a cell that caches carries on is its own state.
    return {name: getattr(s, "inner", s)[-1] for name, s in named.items()}


def effect(network, columns) -> dict:
    """Name of a state to REACH numbers: mean norm of dcost[t]/dstate[t-k], k from 1, k = 1 being 1.

    columns [>= 2 REACH + 1, lanes] bytes; a network warms up before what is measured.
    """
    import torch
    from fscomp_training.wiring import detached

    with torch.no_grad():
        _, state = network(columns[:REACH], network.zeros(columns.shape[1]))
    state = map_leaves(detached(state))
    past = []
    for t in range(REACH, 2 * REACH):
        # The state before this byte is read: REACH - (t - REACH) steps before the cost.
        past.append(memories(network, state))
        hidden, state = network(columns[t : t + 1], state)
    logs = torch.log_softmax(network.logits(hidden[0]), -1)
    cost = -logs.gather(1, columns[2 * REACH][:, None]).sum()
    result = {}
    for name in past[0]:
        gradients = torch.autograd.grad(
            cost, [at[name] for at in past], retain_graph=True, allow_unused=True,
            materialize_grads=True,
        )
        norms = [g.norm(dim=1).mean().item() for g in reversed(gradients)]
        result[name] = [norm / norms[0] for norm in norms]
    return result


def map_leaves(state):
    from fscomp_training.cells import map_state

    return map_state(lambda tensor: tensor.requires_grad_(), state)


def movement(network, columns) -> dict:
    """Name to {lag: mean squared distance of cell states that many steps apart}.

    As a share of the distance of states of unrelated places, twice the variance.
    """
    import torch

    state, kept = network.zeros(columns.shape[1]), []
    with torch.no_grad():
        for row in columns:
            _, state = network(row[None], state)
            kept.append(memories(network, state))
    result = {}
    for name in kept[0]:
        states = torch.stack([at[name] for at in kept[REACH:]])
        unrelated = 2 * states.flatten(0, 1).var(0).sum()
        result[name] = {
            lag: ((states[lag:] - states[:-lag]).square().sum(-1).mean() / unrelated).item()
            for lag in LAGS
        }
    return result


def by_position(network, text, lanes: int) -> dict:
    """Position of a letter in its word, from 1 on, to bits a byte; 0 for what follows a word."""
    import torch
    from fscomp_training.fit import lanes_of, position_costs

    costs = position_costs(network, text, lanes)
    columns = lanes_of(text, lanes)
    letters = ((columns | 32) >= ord("a")) & ((columns | 32) <= ord("z"))
    position, run = torch.zeros_like(columns), torch.zeros_like(columns[0])
    for t, is_letter in enumerate(letters):
        after_word = ~is_letter & (run > 0)
        run = torch.where(is_letter, run + 1, 0)
        position[t] = torch.where(after_word, 0, torch.where(is_letter, run, -1))
    measured = costs[REACH:], position[REACH:]
    return {
        p: measured[0][measured[1] == p].mean().item()
        for p in range(POSITIONS + 1) if (measured[1] == p).any()
    }


def main() -> int:
    options = arguments()
    import torch
    from common import Panel, draw
    from fscomp_training import wiring
    from fscomp_training.checkpoint import CheckpointError
    from fscomp_training.fit import lanes_of
    from fscomp_training.streams import read_bytes

    if options.threads:
        torch.set_num_threads(options.threads)
    shown = [k for k in (2, 8, 32, 128) if k <= REACH]
    panels = [
        Panel("Effect of the cell state k steps before", "k", "relative", log_x=True, log_y=True),
        Panel("Movement of cell states", "steps apart", "share", log_x=True),
        Panel("Cost by position in a word (0: what follows it)", "letter", "bits"),
    ]
    try:
        text = read_bytes(options.text)[: options.bytes]
        columns = lanes_of(text, options.lanes)
        if len(columns) <= 2 * REACH + max(LAGS):
            raise ValueError(f"lanes are {len(columns)} bytes long, which is too short")
        for path in options.model:
            network = wiring.read(path)
            name = path.stem
            print(name)
            effects, moves = effect(network, columns), movement(network, columns)
            for state in effects:
                label = f"{name} {state}"
                print(f"  {state}: effect "
                      + ", ".join(f"{effects[state][k - 1]:.3g} at {k}" for k in shown)
                      + f"; moves {moves[state][1]:.3f} in a step, {moves[state][16]:.3f} in 16")
                panels[0].add(label, [(k + 1, max(e, 1e-9)) for k, e in enumerate(effects[state])])
                panels[1].add(label, moves[state].items())
            positions = by_position(network, text, options.lanes)
            print("  bits by position: "
                  + ", ".join(f"{p}: {bits:.2f}" for p, bits in positions.items()))
            panels[2].add(name, positions.items())
    except (CheckpointError, OSError, ValueError) as error:
        print(f"dynamics: {error}", file=sys.stderr)
        return 1
    if options.output:
        draw(options.output, panels, 640, 380)
    return 0


if __name__ == "__main__":
    sys.exit(main())
