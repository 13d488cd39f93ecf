"""The belief about a moving point: position, velocity, acceleration, and the uncertainty of each.

Beliefs are isotropic: the mean is nine numbers (position, velocity, acceleration, each x y z), the covariance six
that apply to every axis alike (pp, pv, pa, vv, va, aa), so predictions do not depend on how the stage's
axes lie. Lengths are metres, or radians where a rotation is predicted; times are seconds. Written out in plain
floats: in numpy a single sample costs five times as much.
"""

from __future__ import annotations

import math

from stage.maths.pose import Vector

Mean = tuple[float, float, float, float, float, float, float, float, float]
Covariance = tuple[float, float, float, float, float, float]
Weights = tuple[float, float, float]
ThreeMeans = tuple[Mean, Mean, Mean]
ThreeCovariances = tuple[Covariance, Covariance, Covariance]


def corrected(mean: Mean, covariance: Covariance, measured: Vector, variance: float) -> tuple[Mean, Covariance, float]:
    """Kalman's correction by a sample of that variance per axis, and the sample's log-likelihood."""
    px, py, pz, vx, vy, vz, ax, ay, az = mean
    pp, pv, pa, vv, va, aa = covariance
    doubt = pp + variance
    kp, kv, ka = pp / doubt, pv / doubt, pa / doubt
    x, y, z = measured[0] - px, measured[1] - py, measured[2] - pz
    return (
        (
            px + kp * x,
            py + kp * y,
            pz + kp * z,
            vx + kv * x,
            vy + kv * y,
            vz + kv * z,
            ax + ka * x,
            ay + ka * y,
            az + ka * z,
        ),
        (pp - kp * pp, pv - kp * pv, pa - kp * pa, vv - kv * pv, va - kv * pa, aa - ka * pa),
        -0.5 * (x * x + y * y + z * z) / doubt - 1.5 * math.log(doubt),
    )


def spread(a: Mean, b: Mean) -> Covariance:
    """The outer product of two means' difference, averaged over the axes: the uncertainty due to disagreement."""
    apx, apy, apz, avx, avy, avz, aax, aay, aaz = a
    bpx, bpy, bpz, bvx, bvy, bvz, bax, bay, baz = b
    px, py, pz = apx - bpx, apy - bpy, apz - bpz
    vx, vy, vz = avx - bvx, avy - bvy, avz - bvz
    ax, ay, az = aax - bax, aay - bay, aaz - baz
    return (
        (px * px + py * py + pz * pz) / 3.0,
        (px * vx + py * vy + pz * vz) / 3.0,
        (px * ax + py * ay + pz * az) / 3.0,
        (vx * vx + vy * vy + vz * vz) / 3.0,
        (vx * ax + vy * ay + vz * az) / 3.0,
        (ax * ax + ay * ay + az * az) / 3.0,
    )


def mixed_mean(means: ThreeMeans, weights: Weights) -> Mean:
    """The mean of a mixture of three beliefs."""
    w, u, v = weights
    (
        (apx, apy, apz, avx, avy, avz, aax, aay, aaz),
        (bpx, bpy, bpz, bvx, bvy, bvz, bax, bay, baz),
        (cpx, cpy, cpz, cvx, cvy, cvz, cax, cay, caz),
    ) = means
    return (
        w * apx + u * bpx + v * cpx,
        w * apy + u * bpy + v * cpy,
        w * apz + u * bpz + v * cpz,
        w * avx + u * bvx + v * cvx,
        w * avy + u * bvy + v * cvy,
        w * avz + u * bvz + v * cvz,
        w * aax + u * bax + v * cax,
        w * aay + u * bay + v * cay,
        w * aaz + u * baz + v * caz,
    )


def mixed_covariance(covariances: ThreeCovariances, spreads: ThreeCovariances, weights: Weights) -> Covariance:
    """The covariance of a mixture of three beliefs, given the `spread` of their means 0-1, 0-2 and 1-2."""
    w, u, v = weights
    wu, wv, uv = w * u, w * v, u * v
    (app, apv, apa, avv, ava, aaa), (bpp, bpv, bpa, bvv, bva, baa), (cpp, cpv, cpa, cvv, cva, caa) = covariances
    (dpp, dpv, dpa, dvv, dva, daa), (epp, epv, epa, evv, eva, eaa), (fpp, fpv, fpa, fvv, fva, faa) = spreads
    return (
        w * app + u * bpp + v * cpp + wu * dpp + wv * epp + uv * fpp,
        w * apv + u * bpv + v * cpv + wu * dpv + wv * epv + uv * fpv,
        w * apa + u * bpa + v * cpa + wu * dpa + wv * epa + uv * fpa,
        w * avv + u * bvv + v * cvv + wu * dvv + wv * evv + uv * fvv,
        w * ava + u * bva + v * cva + wu * dva + wv * eva + uv * fva,
        w * aaa + u * baa + v * caa + wu * daa + wv * eaa + uv * faa,
    )
