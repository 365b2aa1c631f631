"""The small classifiers' way to learn: ridge-regularised logistic regression."""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize


def fit_logistic(x: np.ndarray, y: np.ndarray, trust: np.ndarray, ridge: float) -> tuple[np.ndarray, float]:
    """Weights ``(F,)`` and offset, for features as they are.

    Args:
        x: ``(N, F)`` features.
        y: ``(N,)`` 0 or 1.
        trust: ``(N,)`` how much each sample counts; brought to a sum of 1.
        ridge: Weight of the squared coefficients, of standardised features.
    """
    trust = trust / trust.sum()
    mean, spread = x.mean(axis=0), x.std(axis=0) + 1e-3
    z = np.c_[(x - mean) / spread, np.ones(len(x))]

    def loss(b: np.ndarray) -> tuple[float, np.ndarray]:
        t = z @ b
        value = (trust * np.logaddexp(0, -t * (2 * y - 1))).sum() + ridge * (b[:-1] ** 2).sum() / 2
        return float(value), z.T @ (trust * (1 / (1 + np.exp(-t)) - y)) + ridge * np.r_[b[:-1], 0]

    b = minimize(loss, np.zeros(z.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 500}).x
    weight = b[:-1] / spread
    return weight, float(b[-1] - weight @ mean)
