#!/usr/bin/env python3
"""Makes the golden files of the module `planner` with SciPy and NumPy.

Usage: python tools/golden/planner.py            (from the repository's root; numpy and scipy as in tools/golden/requirements.txt)
       python tools/golden/planner.py --check    (make them aside and compare with the recorded hashes)

Everything is seeded. Fields are separated by semicolons, numbers in a field by blanks. `manifest.json` records the versions and
the SHA-256 of each file. Python is needed to make these files anew, never to build or to test.
"""

import itertools
from pathlib import Path

import numpy as np
from scipy.optimize import brentq, minimize

from goldenfiles import main, text

SEED = 20250311
TARGET = Path("planner/src/test/resources/golden")


def least_delay(a, v, cap, least, total):
    """The least delay of the slowest device, by Brent's method on the band that a delay needs."""
    fastest = np.max(a + v / cap)

    def missing(tau):
        return np.sum(np.maximum(least, v / (tau - a))) - total

    if np.sum(cap) <= total or missing(fastest) <= 0:
        return fastest
    slowest = np.max(a + v / np.minimum(cap, total / len(a)))
    return brentq(missing, fastest, slowest, xtol=1e-13, rtol=1e-14)


def least_delay_slsqp(a, v, cap, least, total):
    """The same by SciPy's sequential least squares programming on SFT eq. (32), in units near one."""
    share = total / len(a)
    scale = np.max(a + v / np.minimum(cap, share))
    start = np.minimum(cap, share) / share
    limit = min(total, np.sum(cap)) / share

    def slack(x):
        return x[-1] - (a + v / (x[:-1] * share)) / scale

    def slack_jacobian(x):
        return np.hstack([np.diag(v / (x[:-1] ** 2 * share) / scale), np.ones((len(a), 1))])

    found = minimize(
        lambda x: x[-1],
        np.append(start, np.max((a + v / (start * share)) / scale)),
        jac=lambda x: np.append(np.zeros(len(a)), 1.0),
        method="SLSQP",
        bounds=[(least / share, c / share) for c in cap] + [(0, None)],
        constraints=[
            {"type": "ineq", "fun": slack, "jac": slack_jacobian},
            {"type": "ineq", "fun": lambda x: limit - np.sum(x[:-1]), "jac": lambda x: np.append(-np.ones(len(a)), 0.0)},
        ],
        options={"maxiter": 2000, "ftol": 1e-15},
    )
    shares = np.clip(found.x[:-1] * share, least, cap)
    shares *= min(1, total / np.sum(shares))
    return np.max(a + v / shares)


def devices(random, count):
    a = random.uniform(1, 10, count)
    v = 1e7 * 10 ** random.uniform(0, 1.5, count)
    total = random.uniform(1e6, 5e6) * count
    cap = total / count * np.where(random.uniform(size=count) < 0.3, random.uniform(0.3, 2, count), 50)
    return a, v, np.minimum(cap, total), 0.01 * total / count, total


def bandwidth(out):
    random = np.random.default_rng(SEED)
    lines = ["minimumHz;totalHz;brentqSeconds;slsqpSeconds;fixedSeconds;workHzSeconds;capsHz"]
    for count in [1, 2, 2, 3, 3, 4, 5, 6, 8, 8, 8, 12, 16, 20, 30]:
        a, v, cap, least, total = devices(random, count)
        brent = least_delay(a, v, cap, least, total)
        slsqp = least_delay_slsqp(a, v, cap, least, total)
        assert abs(slsqp / brent - 1) < 1e-5, (count, slsqp, brent)
        lines.append(";".join(text(x) for x in (least, total, brent, slsqp, a, v, cap)))
    out("bandwidth.csv", lines)


def fronts(out):
    """Every device chooses one of several (a, V): all assignments, each by Brent's method."""
    random = np.random.default_rng(SEED + 1)
    lines = ["devices;options;minimumHz;totalHz;seconds;fixedSeconds;workHzSeconds;capsHz"]
    for count, options in [(1, 6), (2, 2), (2, 5), (3, 3), (3, 5), (4, 4), (5, 3)]:
        _, _, cap, least, total = devices(random, count)
        a = random.uniform(1, 10, (count, options))
        v = 1e7 * 10 ** random.uniform(0, 1.5, (count, options))
        best = min(
            least_delay(a[np.arange(count), pick], v[np.arange(count), pick], cap, least, total)
            for pick in map(list, itertools.product(range(options), repeat=count))
        )
        lines.append(";".join([str(count), str(options)] + [text(x) for x in (least, total, best, a.ravel(), v.ravel(), cap)]))
    out("fronts.csv", lines)


def programmes(out):
    """min t + 1/2 sum q y^2, g y + t >= r, sum w y = 0, lower <= y <= upper."""
    random = np.random.default_rng(SEED + 2)
    lines = ["objective;curvature;slope;level;weight;lower;upper"]
    for count in [1, 2, 3, 4, 6, 8, 12]:
        q = random.uniform(0.1, 2, count) / count
        g = random.uniform(0.1, 1, count)
        r = -random.uniform(0, 1, count)
        w = random.uniform(0.2, 2, count)
        lower = -np.where(random.uniform(size=count) < 0.3, 0, random.uniform(0.1, 0.75, count))
        upper = np.where(random.uniform(size=count) < 0.3, 0.05, random.uniform(0.5, 3, count))
        found = minimize(
            lambda x: x[-1] + 0.5 * np.sum(q * x[:-1] ** 2),
            np.zeros(count + 1),
            jac=lambda x: np.append(q * x[:-1], 1.0),
            method="SLSQP",
            bounds=list(zip(lower, upper)) + [(None, None)],
            constraints=[
                {"type": "ineq", "fun": lambda x: g * x[:-1] + x[-1] - r, "jac": lambda x: np.hstack([np.diag(g), np.ones((count, 1))])},
                {"type": "eq", "fun": lambda x: np.dot(w, x[:-1]), "jac": lambda x: np.append(w, 0.0)},
            ],
            options={"maxiter": 1000, "ftol": 1e-15},
        )
        assert np.min(g * found.x[:-1] + found.x[-1] - r) > -1e-9 and abs(np.dot(w, found.x[:-1])) < 1e-9, found
        lines.append(";".join(text(x) for x in (found.fun, q, g, r, w, lower, upper)))
    out("programmes.csv", lines)


def surface(out):
    random = np.random.default_rng(SEED + 3)
    points = [(keep, levels) for keep in (0.05, 0.1, 0.2, 0.4, 0.7, 1.0) for levels in (1, 3, 7, 15, 63, 255)]
    keep = np.array([p[0] for p in points])
    bits = np.log2(np.array([p[1] for p in points]) + 1)
    accuracy = 1 - 0.2 * np.exp(-6 * keep) - 0.3 * np.exp(-bits) + random.normal(0, 0.005, len(points))
    columns = np.stack([keep ** (n - k) * bits**k for n in range(4) for k in range(n + 1)], axis=1)
    coefficients, _, rank, _ = np.linalg.lstsq(columns, accuracy, rcond=None)
    assert rank == 10
    fitted = columns @ coefficients
    lines = ["keep;levels;accuracy;fitted;meanSquaredError"]
    error = np.mean((fitted - accuracy) ** 2)
    for (k, e), value, fit in zip(points, accuracy, fitted):
        lines.append(f"{k!r};{e};{text(value)};{text(fit)};{text(error)}")
    out("surface.csv", lines)


if __name__ == "__main__":
    main(__doc__, TARGET, SEED, (bandwidth, fronts, programmes, surface))
