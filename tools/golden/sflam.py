#!/usr/bin/env python3
"""Makes the golden files of SFLAM's planner with SciPy and NumPy.

Usage: python tools/golden/sflam.py            (from the repository's root; numpy and scipy as in tools/golden/requirements.txt)
       python tools/golden/sflam.py --check    (make them aside and compare with the recorded hashes)

Everything is seeded. Fields are separated by semicolons, numbers in a field by blanks. `manifest.json` records the versions and
the SHA-256 of each file. Python is needed to make these files anew, never to build or to test.
"""

import itertools
from pathlib import Path

import numpy as np
from scipy.optimize import linear_sum_assignment, linprog, minimize_scalar

from goldenfiles import main, text

SEED = 20250915
TARGET = Path("planner/src/test/resources/golden/sflam")


def power(out):
    """min A p / log2(1 + g p) subject to A / log2(1 + g p) <= tau and p <= p_max, by bisection and a bounded search that finds nothing better."""
    random = np.random.default_rng(SEED)
    lines = ["bitsPerHertz;gainToNoise;seconds;maxWatts;watts;joules"]
    for _ in range(40):
        a = random.uniform(0.5, 8)
        g = 10 ** random.uniform(0, 5)
        tau = random.uniform(0.3, 6)
        p_max = random.uniform(0.5, 2)

        def late(p):
            return a / np.log2(1 + g * p) - tau

        if late(p_max) > 0:
            lines.append(";".join(text(x) for x in (a, g, tau, p_max, np.inf, np.inf)).replace("inf", "Infinity"))
            continue
        low, high = 0.0, p_max
        for _ in range(200):
            middle = (low + high) / 2
            low, high = (middle, high) if late(middle) > 0 else (low, middle)
        found = minimize_scalar(
            lambda p: a * p / np.log2(1 + g * p), bounds=(high, p_max), method="bounded", options={"xatol": 1e-14}
        )
        assert found.fun >= a * high / np.log2(1 + g * high) * (1 - 1e-12), "the energy rises with the power"
        lines.append(";".join(text(x) for x in (a, g, tau, p_max, high, a * high / np.log2(1 + g * high))))
    out("power.csv", lines)


def assignment(out):
    """Devices to blocks at least cost, by the Hungarian method and by the linear programme (32)."""
    random = np.random.default_rng(SEED + 1)
    lines = ["devices;blocks;cost;weights"]
    for devices, blocks in [(1, 1), (1, 4), (4, 1), (2, 3), (3, 3), (5, 2), (6, 4), (4, 7), (8, 8), (12, 5), (20, 10), (10, 20)]:
        weights = random.uniform(0.05, 2, (devices, blocks))
        rows, columns = linear_sum_assignment(weights)
        cost = weights[rows, columns].sum()
        size = max(devices, blocks)
        square = np.zeros((size, size))
        square[:devices, :blocks] = weights
        each = np.zeros((2 * size, size * size))
        for i, j in itertools.product(range(size), repeat=2):
            each[i, i * size + j] = each[size + j, i * size + j] = 1
        relaxed = linprog(square.ravel(), A_eq=each, b_eq=np.ones(2 * size), bounds=(0, 1), method="highs")
        assert abs(relaxed.fun - cost) < 1e-9, (relaxed.fun, cost)
        lines.append(";".join([str(devices), str(blocks), text(cost), text(weights.ravel())]))
    out("assignment.csv", lines)


def joint(out):
    """The greatest sum of a log2(1 + q) / E over bits, powers and blocks."""
    random = np.random.default_rng(SEED + 2)
    lines = ["devices;blocks;maxDelaySeconds;efficiency;samples;clocksHz;maxWatts;gains"]
    operations, server, signal, width, cores, kappa = 14.8e9, 0.05, 154e6, 20e6, 5, 1e-28
    for devices, blocks in [(1, 1), (2, 2), (3, 2), (4, 3), (5, 3), (3, 5), (8, 4), (12, 6)]:
        samples = random.integers(400, 501, devices).astype(float)
        clocks = random.uniform(0.7e9, 1.5e9, devices)
        p_max = random.uniform(0.5, 2, devices)
        gains = 10 ** random.uniform(0.3, 3, (devices, blocks))
        t_max = random.uniform(4, 7)
        utility = np.zeros((devices, blocks))
        for n, k in itertools.product(range(devices), range(blocks)):
            compute = operations / (clocks[n] * cores)
            tau = t_max - compute - server
            for q in range(4, 17):
                a = signal * (q + 1) / 32 / width
                p = (2 ** (a / tau) - 1) / gains[n, k] if tau > 0 else np.inf
                if p <= p_max[n]:
                    joules = kappa * clocks[n] ** 3 * compute + p * tau
                    utility[n, k] = max(utility[n, k], samples[n] / samples.sum() * np.log2(1 + q) / joules)
        rows, columns = linear_sum_assignment(utility, maximize=True)
        best = utility[rows, columns].sum()
        lines.append(";".join([str(devices), str(blocks)] + [text(x) for x in (t_max, best, samples, clocks, p_max, gains.ravel())]))
    out("joint.csv", lines)


if __name__ == "__main__":
    main(__doc__, TARGET, SEED, (power, assignment, joint))
