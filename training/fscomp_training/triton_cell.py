"""`cell` as one Triton kernel each way: what remains of a cell beside its matrix product.

A program handles whole rows, so that the layer norms need nothing from other programs: all
gates of a row are in its registers. Arithmetic is in float32; pre-activations and hidden states are
read and written in the type of the matrix products. The backward kernel's programs take several
rows each and sum the gradients of gains and biases in registers; there are no atomic operations, so
that every run gives the same bits.
"""

import torch
import triton
import triton.language as tl

from .cell import MINIMAL_GATES, Manner, Norm
from .noise import LEVELS
from .shape import EPSILON


@triton.jit
def _mix(x):
    x = (x ^ (x >> 16)) * 0x85EBCA6B
    x = (x ^ (x >> 13)) * 0xC2B2AE35
    return x ^ (x >> 16)


@triton.jit
def _draws(key, salt, stream, unit):
    """32 random bits for each unit of a stream; see `noise.draws`."""
    place = stream.to(tl.uint32) + salt.to(tl.uint32) * 0x9E3779B9
    row = _mix(_mix(place) ^ key.to(tl.uint32))
    return _mix(row + unit.to(tl.uint32) * 0x9E3779B9)


@triton.jit
def _keep(bits, shift: tl.constexpr, threshold: tl.constexpr, levels: tl.constexpr):
    return ((bits >> shift) & (levels - 1)).to(tl.int32) < threshold


@triton.jit
def _tanh(x):
    return 2 * tl.sigmoid(2 * x) - 1


@triton.jit
def _round(x):
    """To the nearest integer, halves to even; |x| < 2^22: adding 1.5 x 2^23 leaves no fraction."""
    return (x + 12582912.0) - 12582912.0


# Sums of several rows at once: what the warps of a program have to wait for each other for, and
# where most of a cell's time would go, is one exchange then rather than four or eight.
@triton.jit
def _add_2(a, b, x, y):
    return a + x, b + y


@triton.jit
def _add_4(a, b, c, d, x, y, z, w):
    return a + x, b + y, c + z, d + w


@triton.jit
def _add_8(a, b, c, d, e, f, g, h, s, t, u, v, w, x, y, z):
    return a + s, b + t, c + u, d + v, e + w, f + x, g + y, h + z


@triton.jit
def _normalize(x, inside, units, epsilon):
    mean = tl.sum(x, 0) / units
    centered = tl.where(inside, x - mean, 0.0)
    scale = 1 / tl.sqrt(tl.sum(centered * centered, 0) / units + epsilon)
    return centered * scale, mean, scale


@triton.jit
def _normalize_backward(gradient, normalized, scale, total, along, inside, units):
    centered = gradient - total / units - normalized * (along / units)
    return tl.where(inside, scale * centered, 0.0)


# Salts are many: a kernel for those that are 1 or divisible by 16 would only cost compilation.
@triton.jit(do_not_specialize=["salt", "first_stream"])
def _forward(
    z, gain, bias, cell_gain, cell_bias, c_old, h_old, c_new, h_state, h_input, statistics, key,
    salt, first_stream,
    z_row, h_old_row, h_state_row, h_input_row, padded, units,
    keep_hidden: tl.constexpr, keep_cell: tl.constexpr, keep_input: tl.constexpr,
    levels: tl.constexpr, expected: tl.constexpr, quantized: tl.constexpr,
    has_input: tl.constexpr, epsilon: tl.constexpr, block: tl.constexpr,
):
    row = tl.program_id(0)
    n = tl.arange(0, block)
    inside = n < units
    wide = row.to(tl.int64)
    z += wide * z_row + n
    statistics += wide * 10
    i = tl.load(z, inside, 0.0).to(tl.float32)
    j = tl.load(z + padded, inside, 0.0).to(tl.float32)
    f = tl.load(z + 2 * padded, inside, 0.0).to(tl.float32)
    o = tl.load(z + 3 * padded, inside, 0.0).to(tl.float32)
    sum_i, sum_j, sum_f, sum_o = tl.reduce((i, j, f, o), 0, _add_4)
    tl.store(statistics, sum_i / units)
    tl.store(statistics + 1, sum_j / units)
    tl.store(statistics + 2, sum_f / units)
    tl.store(statistics + 3, sum_o / units)
    i = tl.where(inside, i - sum_i / units, 0.0)
    j = tl.where(inside, j - sum_j / units, 0.0)
    f = tl.where(inside, f - sum_f / units, 0.0)
    o = tl.where(inside, o - sum_o / units, 0.0)
    sum_i, sum_j, sum_f, sum_o = tl.reduce((i * i, j * j, f * f, o * o), 0, _add_4)
    scale_i = 1 / tl.sqrt(sum_i / units + epsilon)
    scale_j = 1 / tl.sqrt(sum_j / units + epsilon)
    scale_f = 1 / tl.sqrt(sum_f / units + epsilon)
    scale_o = 1 / tl.sqrt(sum_o / units + epsilon)
    tl.store(statistics + 5, scale_i)
    tl.store(statistics + 6, scale_j)
    tl.store(statistics + 7, scale_f)
    tl.store(statistics + 8, scale_o)
    gain, bias = gain + n, bias + n
    i = tl.sigmoid(i * scale_i * tl.load(gain, inside, 0.0) + tl.load(bias, inside, 0.0))
    gain, bias = gain + units, bias + units
    j = _tanh(j * scale_j * tl.load(gain, inside, 0.0) + tl.load(bias, inside, 0.0))
    gain, bias = gain + units, bias + units
    f = tl.sigmoid(f * scale_f * tl.load(gain, inside, 0.0) + tl.load(bias, inside, 0.0))
    gain, bias = gain + units, bias + units
    o = tl.sigmoid(o * scale_o * tl.load(gain, inside, 0.0) + tl.load(bias, inside, 0.0))

    old = tl.load(c_old + wide * units + n, inside, 0.0)
    c = tl.where(inside, old * f + i * j, 0.0)
    y, mean, scale = _normalize(c, inside, units, epsilon)
    tl.store(statistics + 4, mean)
    tl.store(statistics + 9, scale)
    y = y * tl.load(cell_gain + n, inside, 0.0) + tl.load(cell_bias + n, inside, 0.0)
    h = _tanh(y) * o

    draws: tl.constexpr = not expected and (
        keep_hidden < levels or keep_cell < levels or keep_input < levels
    )
    if draws:
        bits = _draws(tl.load(key), salt, first_stream + row, n)
    if keep_hidden < levels:
        old_h = tl.load(h_old + wide * h_old_row + n, inside, 0.0).to(tl.float32)
        if expected:
            h = old_h + (h - old_h) * (keep_hidden / levels)
        else:
            h = tl.where(_keep(bits, 0, keep_hidden, levels), h, old_h)
    if keep_cell < levels:
        if expected:
            c = old + (c - old) * (keep_cell / levels)
        else:
            c = tl.where(_keep(bits, 10, keep_cell, levels), c, old)
    if quantized:
        h = _round(h * 127) / 127
    tl.store(c_new + wide * units + n, c, inside)
    tl.store(h_state + wide * h_state_row + n, h.to(h_state.dtype.element_ty), inside)
    if has_input:
        if keep_input < levels and not expected:
            h = tl.where(_keep(bits, 20, keep_input, levels), h * (levels / keep_input), 0.0)
        tl.store(h_input + wide * h_input_row + n, h.to(h_input.dtype.element_ty), inside)


@triton.jit(do_not_specialize=["salt", "first_stream"])
def _backward(
    z, gain, bias, cell_gain, cell_bias, c_old, statistics, d_state, d_input, d_skip, d_cell,
    d_norm, key, salt, first_stream, streams,
    z_row, d_state_row, d_input_row, padded, units,
    keep_hidden: tl.constexpr, keep_cell: tl.constexpr, keep_input: tl.constexpr,
    levels: tl.constexpr, expected: tl.constexpr,
    has_input: tl.constexpr, block: tl.constexpr,
):
    n = tl.arange(0, block)
    inside = n < units
    draws: tl.constexpr = not expected and (
        keep_hidden < levels or keep_cell < levels or keep_input < levels
    )
    if draws:
        window_key = tl.load(key)
    sum_gi = tl.zeros((block,), tl.float32)
    sum_gj = tl.zeros((block,), tl.float32)
    sum_gf = tl.zeros((block,), tl.float32)
    sum_go = tl.zeros((block,), tl.float32)
    sum_bi = tl.zeros((block,), tl.float32)
    sum_bj = tl.zeros((block,), tl.float32)
    sum_bf = tl.zeros((block,), tl.float32)
    sum_bo = tl.zeros((block,), tl.float32)
    sum_gc = tl.zeros((block,), tl.float32)
    sum_bc = tl.zeros((block,), tl.float32)

    first = tl.program_id(0)
    for start in range(0, streams - first, tl.num_programs(0)):
        row = first + start
        wide = row.to(tl.int64)
        at = z + wide * z_row + n
        known = statistics + wide * 10
        gain_i = tl.load(gain + n, inside, 0.0)
        gain_j = tl.load(gain + units + n, inside, 0.0)
        gain_f = tl.load(gain + 2 * units + n, inside, 0.0)
        gain_o = tl.load(gain + 3 * units + n, inside, 0.0)
        bias_i = tl.load(bias + n, inside, 0.0)
        bias_j = tl.load(bias + units + n, inside, 0.0)
        bias_f = tl.load(bias + 2 * units + n, inside, 0.0)
        bias_o = tl.load(bias + 3 * units + n, inside, 0.0)
        gain_c = tl.load(cell_gain + n, inside, 0.0)
        bias_c = tl.load(cell_bias + n, inside, 0.0)
        scale_i = tl.load(known + 5)
        scale_j = tl.load(known + 6)
        scale_f = tl.load(known + 7)
        scale_o = tl.load(known + 8)
        scale_c = tl.load(known + 9)
        u_i = (tl.load(at, inside, 0.0).to(tl.float32) - tl.load(known)) * scale_i
        u_j = (tl.load(at + padded, inside, 0.0).to(tl.float32) - tl.load(known + 1)) * scale_j
        u_f = (tl.load(at + 2 * padded, inside, 0.0).to(tl.float32) - tl.load(known + 2)) * scale_f
        u_o = (tl.load(at + 3 * padded, inside, 0.0).to(tl.float32) - tl.load(known + 3)) * scale_o
        i = tl.sigmoid(u_i * gain_i + bias_i)
        j = _tanh(u_j * gain_j + bias_j)
        f = tl.sigmoid(u_f * gain_f + bias_f)
        o = tl.sigmoid(u_o * gain_o + bias_o)
        old = tl.load(c_old + wide * units + n, inside, 0.0)
        u_c = (old * f + i * j - tl.load(known + 4)) * scale_c
        bent = _tanh(u_c * gain_c + bias_c)

        if draws:
            bits = _draws(window_key, salt, first_stream + row, n)
        dh = tl.load(d_state + wide * d_state_row + n, inside, 0.0).to(tl.float32)
        if has_input:
            more = tl.load(d_input + wide * d_input_row + n, inside, 0.0).to(tl.float32)
            if keep_input < levels and not expected:
                kept = _keep(bits, 20, keep_input, levels)
                more = tl.where(kept, more * (levels / keep_input), 0.0)
            dh += more
        if keep_hidden < levels:
            skip = d_skip + wide * units + n
            dh += tl.load(skip, inside, 0.0)
            if expected:
                share = keep_hidden / levels
            else:
                share = _keep(bits, 0, keep_hidden, levels).to(tl.float32)
            tl.store(skip, (1 - share) * dh, inside)
            dh = share * dh
        dc_new = tl.load(d_cell + wide * units + n, inside, 0.0)
        passing = tl.zeros((block,), tl.float32)
        if keep_cell < levels:
            if expected:
                share = keep_cell / levels
            else:
                share = _keep(bits, 10, keep_cell, levels).to(tl.float32)
            passing = (1 - share) * dc_new
            dc_new = share * dc_new

        dy = tl.where(inside, dh * o * (1 - bent * bent), 0.0)
        sum_gc += dy * u_c
        sum_bc += dy
        dx = dy * gain_c
        total, along = tl.reduce((dx, dx * u_c), 0, _add_2)
        dc = dc_new + _normalize_backward(dx, u_c, scale_c, total, along, inside, units)
        tl.store(d_cell + wide * units + n, passing + dc * f, inside)
        da_i = dc * j * i * (1 - i)
        da_j = dc * i * (1 - j * j)
        da_f = dc * old * f * (1 - f)
        da_o = dh * bent * o * (1 - o)
        sum_gi += da_i * u_i
        sum_gj += da_j * u_j
        sum_gf += da_f * u_f
        sum_go += da_o * u_o
        sum_bi += da_i
        sum_bj += da_j
        sum_bf += da_f
        sum_bo += da_o
        da_i *= gain_i
        da_j *= gain_j
        da_f *= gain_f
        da_o *= gain_o
        # Outside of a row, gains are 0.
        t_i, t_j, t_f, t_o, a_i, a_j, a_f, a_o = tl.reduce(
            (da_i, da_j, da_f, da_o, da_i * u_i, da_j * u_j, da_f * u_f, da_o * u_o), 0, _add_8
        )
        dz = _normalize_backward(da_i, u_i, scale_i, t_i, a_i, inside, units)
        tl.store(at, dz.to(z.dtype.element_ty), inside)
        dz = _normalize_backward(da_j, u_j, scale_j, t_j, a_j, inside, units)
        tl.store(at + padded, dz.to(z.dtype.element_ty), inside)
        dz = _normalize_backward(da_f, u_f, scale_f, t_f, a_f, inside, units)
        tl.store(at + 2 * padded, dz.to(z.dtype.element_ty), inside)
        dz = _normalize_backward(da_o, u_o, scale_o, t_o, a_o, inside, units)
        tl.store(at + 3 * padded, dz.to(z.dtype.element_ty), inside)

    to = d_norm + tl.program_id(0).to(tl.int64) * 10 * units + n
    _add(to, sum_gi, inside)
    _add(to + units, sum_gj, inside)
    _add(to + 2 * units, sum_gf, inside)
    _add(to + 3 * units, sum_go, inside)
    _add(to + 4 * units, sum_bi, inside)
    _add(to + 5 * units, sum_bj, inside)
    _add(to + 6 * units, sum_bf, inside)
    _add(to + 7 * units, sum_bo, inside)
    _add(to + 8 * units, sum_gc, inside)
    _add(to + 9 * units, sum_bc, inside)


@triton.jit
def _add(to, amount, inside):
    tl.store(to, tl.load(to, inside, 0.0) + amount, inside)


@triton.jit
def _forward_minimal(
    z, gain, bias, old, new, h_input, statistics,
    z_row, h_input_row, padded, units,
    quantized: tl.constexpr, epsilon: tl.constexpr, block: tl.constexpr,
):
    row = tl.program_id(0)
    n = tl.arange(0, block)
    inside = n < units
    wide = row.to(tl.int64)
    z += wide * z_row + n
    statistics += wide * 4
    u = tl.load(z, inside, 0.0).to(tl.float32)
    j = tl.load(z + padded, inside, 0.0).to(tl.float32)
    sum_u, sum_j = tl.reduce((u, j), 0, _add_2)
    tl.store(statistics, sum_u / units)
    tl.store(statistics + 1, sum_j / units)
    u = tl.where(inside, u - sum_u / units, 0.0)
    j = tl.where(inside, j - sum_j / units, 0.0)
    sum_u, sum_j = tl.reduce((u * u, j * j), 0, _add_2)
    scale_u = 1 / tl.sqrt(sum_u / units + epsilon)
    scale_j = 1 / tl.sqrt(sum_j / units + epsilon)
    tl.store(statistics + 2, scale_u)
    tl.store(statistics + 3, scale_j)
    gain, bias = gain + n, bias + n
    u = tl.sigmoid(u * scale_u * tl.load(gain, inside, 0.0) + tl.load(bias, inside, 0.0))
    gain, bias = gain + units, bias + units
    j = _tanh(j * scale_j * tl.load(gain, inside, 0.0) + tl.load(bias, inside, 0.0))
    h = tl.load(old + wide * units + n, inside, 0.0)
    h += u * (j - h)
    tl.store(new + wide * units + n, h, inside)
    if quantized:
        h = _round(h * 127) / 127
    tl.store(h_input + wide * h_input_row + n, h.to(h_input.dtype.element_ty), inside)


@triton.jit
def _backward_minimal(
    z, gain, bias, old, statistics, d_input, d_state, d_norm, streams,
    z_row, d_input_row, padded, units,
    block: tl.constexpr,
):
    n = tl.arange(0, block)
    inside = n < units
    gain_u = tl.load(gain + n, inside, 0.0)
    gain_j = tl.load(gain + units + n, inside, 0.0)
    bias_u = tl.load(bias + n, inside, 0.0)
    bias_j = tl.load(bias + units + n, inside, 0.0)
    sum_gu = tl.zeros((block,), tl.float32)
    sum_gj = tl.zeros((block,), tl.float32)
    sum_bu = tl.zeros((block,), tl.float32)
    sum_bj = tl.zeros((block,), tl.float32)

    first = tl.program_id(0)
    for start in range(0, streams - first, tl.num_programs(0)):
        wide = (first + start).to(tl.int64)
        at = z + wide * z_row + n
        known = statistics + wide * 4
        scale_u = tl.load(known + 2)
        scale_j = tl.load(known + 3)
        n_u = (tl.load(at, inside, 0.0).to(tl.float32) - tl.load(known)) * scale_u
        n_j = (tl.load(at + padded, inside, 0.0).to(tl.float32) - tl.load(known + 1)) * scale_j
        u = tl.sigmoid(n_u * gain_u + bias_u)
        j = _tanh(n_j * gain_j + bias_j)
        before = tl.load(old + wide * units + n, inside, 0.0)
        dh = tl.load(d_state + wide * units + n, inside, 0.0)
        dh += tl.load(d_input + wide * d_input_row + n, inside, 0.0).to(tl.float32)
        tl.store(d_state + wide * units + n, dh * (1 - u), inside)
        da_u = dh * (j - before) * u * (1 - u)
        da_j = dh * u * (1 - j * j)
        sum_gu += da_u * n_u
        sum_gj += da_j * n_j
        sum_bu += da_u
        sum_bj += da_j
        # Outside of a row, gains are 0.
        da_u *= gain_u
        da_j *= gain_j
        t_u, t_j, a_u, a_j = tl.reduce((da_u, da_j, da_u * n_u, da_j * n_j), 0, _add_4)
        dz = _normalize_backward(da_u, n_u, scale_u, t_u, a_u, inside, units)
        tl.store(at, dz.to(z.dtype.element_ty), inside)
        dz = _normalize_backward(da_j, n_j, scale_j, t_j, a_j, inside, units)
        tl.store(at + padded, dz.to(z.dtype.element_ty), inside)

    to = d_norm + tl.program_id(0).to(tl.int64) * 4 * units + n
    _add(to, sum_gu, inside)
    _add(to + units, sum_gj, inside)
    _add(to + 2 * units, sum_bu, inside)
    _add(to + 3 * units, sum_bj, inside)


def launch_options(units: int, units_a_thread: int) -> dict:
    """A power of two that holds a row, and the warps to share it.

    The backward kernel needs about 60 registers for each unit that a thread has: two of them fit
    up to 1024 units; beyond, at 16 warps, it spills some 200 bytes a thread.
    """
    block = triton.next_power_of_2(max(units, 32))
    return {"block": block, "num_warps": min(16, max(1, block // (32 * units_a_thread)))}


FORWARD_UNITS, BACKWARD_UNITS = 4, 2  # a thread


def _common(manner: Manner) -> dict:
    hidden, cell, inputs = manner.thresholds
    return {
        "keep_hidden": hidden,
        "keep_cell": cell,
        "keep_input": inputs,
        "levels": LEVELS,
        "expected": manner.expected,
    }


def forward(z, norm: Norm, c_old, h_old, c_new, h_state, h_input, statistics, manner, salt):
    """See `cell.forward`; `statistics` must be given, and all but z and h be float32."""
    streams, units = c_old.shape
    has_input = h_input is not None
    into = h_input if has_input else h_state
    _forward[(streams,)](
        z, norm.gain, norm.bias, norm.cell_gain, norm.cell_bias, c_old, h_old, c_new, h_state,
        into, statistics, manner.key, salt, manner.first_stream,
        z.stride(0), h_old.stride(0), h_state.stride(0), into.stride(0), z.shape[1] // 4, units,
        **_common(manner), quantized=manner.quantized, has_input=has_input, epsilon=EPSILON,
        **launch_options(units, FORWARD_UNITS),
    )


def backward(
    z, norm: Norm, c_old, statistics, d_state, d_input, d_skip, d_cell, d_norm, manner, salt
):
    """See `cell.backward`; as many programs as `d_norm` has rows."""
    streams, units = c_old.shape
    has_input = d_input is not None
    more = d_input if has_input else d_state
    _backward[(len(d_norm),)](
        z, norm.gain, norm.bias, norm.cell_gain, norm.cell_bias, c_old, statistics, d_state,
        more, d_skip, d_cell, d_norm, manner.key, salt, manner.first_stream, streams,
        z.stride(0), d_state.stride(0), more.stride(0), z.shape[1] // 4, units,
        **_common(manner), has_input=has_input,
        **launch_options(units, BACKWARD_UNITS),
    )


def forward_minimal(z, norm: Norm, old, new, h_input, statistics, manner):
    """See `cell.forward_minimal`; all but z and h_input must be float32."""
    streams, units = old.shape
    _forward_minimal[(streams,)](
        z, norm.gain, norm.bias, old, new, h_input, statistics,
        z.stride(0), h_input.stride(0), z.shape[1] // MINIMAL_GATES, units,
        quantized=manner.quantized, epsilon=EPSILON, **launch_options(units, FORWARD_UNITS),
    )


def backward_minimal(z, norm: Norm, old, statistics, d_input, d_state, d_norm):
    """See `cell.backward_minimal`; as many programs as `d_norm` has rows."""
    streams, units = old.shape
    _backward_minimal[(len(d_norm),)](
        z, norm.gain, norm.bias, old, statistics, d_input, d_state, d_norm, streams,
        z.stride(0), d_input.stride(0), z.shape[1] // MINIMAL_GATES, units,
        **launch_options(units, BACKWARD_UNITS),
    )


def norm_rows(device: torch.device, streams: int) -> int:
    """How many programs the backward kernel is to have: enough to occupy the whole device."""
    if device.type != "cuda":
        return min(streams, 4)
    return min(streams, 2 * torch.cuda.get_device_properties(device).multi_processor_count)
