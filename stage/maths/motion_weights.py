"""How much each forecaster is believed, learnt from how well it did over the asked horizon.

At every lesson each forecaster is asked what it said of this moment one horizon ago, and three things follow, for
position and rotation apart:
1. *Votes*: weights that fall exponentially with a forecaster's mean square error of the last moments (Cesa-Bianchi and
   Lugosi 2006). Safe: nearly as good as the best forecaster, hold among them.
2. *The blend*: weights, negative ones too, that would have served best in the last seconds; exponentially forgotten
   ridge regression towards the votes: stacked regression (Wolpert 1992; Breiman 1996) by recursive least squares,
   outliers weighed down after Huber (1964). Better than any forecaster, where motion stays what it is.
3. *The choice* between both, again by exponential weights: while the blend does worse, votes decide.
No clock, no randomness.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from stage.maths.arrays import Floats
from stage.maths.motion_bank import COUNT, HOLD, LINE, STILL
from stage.maths.motion_surprise import Surprise, suspended

VOTED_S = 0.5
"""For how long an error counts in the votes."""
LEARNT_S = 2.5
"""For how long a lesson counts in the blend."""
CHOSEN_S = 0.2
"""For how long an error counts in the choice."""
SHARPNESS = 6.0
"""A forecaster with twice the best mean square error has exp(-3) of its vote."""
CHOICE_SHARPNESS = 10.0
NOISE_SQUARE = 1e-8
"""Of a good tracker, per axis, m^2 or rad^2: smaller errors are as good as none."""
RIDGE = 3.0
"""How many lessons the votes count for in the blend."""
FIRM = 1e-12
"""And at least this share of the longest ways, that the equations can be solved."""
HUBER = 3.0
MOST_LEARNT_S = 0.05
"""What one lesson teaches, at most, however long none was given."""
RIPE_S = 0.2
"""So much must be learnt before it is believed alone."""
CALM = 13.0
"""How much sooner a locked-off camera is believed in than a moving one that fits as well."""
CALMEST = 60.0
"""How much sooner votes are chosen than the blend, where all say that the camera stands."""
VOTES, BLEND = COUNT, COUNT + 1
_EYE = np.eye(HOLD)
_TINY = 1e-30


@dataclass(slots=True)
class _Judged:
    """What is known of the forecasters of one target, position or rotation: mean square errors."""

    errors: list[float]
    votes_square: float = NOISE_SQUARE
    blend_square: float = NOISE_SQUARE

    def sure(self, square: float) -> float:
        """How much a lesson counts in which the blend missed by this square."""
        usual = max(self.blend_square, 3.0 * NOISE_SQUARE)
        return min(1.0, HUBER * math.sqrt(usual / max(square, _TINY)))

    def hear(self, squares: list[float], keep: float, kept: float) -> None:
        """Take in the square errors of each forecaster, of votes and blend."""
        self.errors = [keep * error + square for error, square in zip(self.errors, squares, strict=False)]
        self.votes_square = kept * self.votes_square + (1.0 - kept) * squares[VOTES]
        self.blend_square = kept * self.blend_square + (1.0 - kept) * squares[BLEND]

    def votes(self, counted: float) -> list[float]:
        """The votes, which add up to 1."""
        floor = 1.5 * NOISE_SQUARE * counted
        scale = -0.5 * SHARPNESS
        best = min(self.errors) + floor
        votes = [math.exp(scale * ((error + floor) / best - 1.0)) for error in self.errors]
        votes[STILL] *= CALM
        whole = sum(votes)
        return [vote / whole for vote in votes]

    def ridge(self, counted: float) -> float:
        """How strongly the blend is held to the votes."""
        return RIDGE * max(min(self.blend_square, min(self.errors) / counted) / 3.0, NOISE_SQUARE)

    def blend_share(self, still: float) -> float:
        """How much of the forecast the blend makes; `still` is the vote of the locked-off camera."""
        votes, blend = self.votes_square + 1.5 * NOISE_SQUARE, self.blend_square + 1.5 * NOISE_SQUARE
        best = 0.5 * CHOICE_SHARPNESS / min(votes, blend)
        for_votes = (1.0 + (CALMEST - 1.0) * still**4) * math.exp(0.5 * CHOICE_SHARPNESS - best * votes)
        for_blend = math.exp(0.5 * CHOICE_SHARPNESS - best * blend)
        return for_blend / (for_votes + for_blend)


class ForecastWeights:
    """The weights of a camera's forecasters. `each` is (2, F + 2, F), for position and rotation: what each forecaster
    is made of, and the votes, and the blend. A lesson replaces it and never changes it."""

    def __init__(self) -> None:
        """A line through the samples, as long as nothing is learnt."""
        self.each: Floats = np.repeat(np.eye(COUNT + 2, COUNT)[None], 2, axis=0)
        self.each[:, COUNT:, LINE] = 1.0
        self.blend_shares: Floats = np.zeros((2, 1))
        self._weights = self._mixed(self.each[:, VOTES], self.blend_shares)
        self._judged = (_Judged([0.0] * COUNT), _Judged([0.0] * COUNT))
        self._lessons: Floats = np.zeros((2, COUNT, COUNT))
        self._counted = self._learnt_s = 0.0

    def of(self, surprise: Surprise, left: Floats | None) -> Floats:
        """(4, F): of the mix for position and rotation, and of the votes alone; each adds up to 1. `left` (2, F) is
        what `surprise` left of the votes."""
        weights = self._weights
        if left is not None:
            votes, whole = suspended(self.each[:, VOTES], left)
            weights = self._mixed(votes, self.blend_shares * whole)
        ripe = self._learnt_s / RIPE_S
        return weights if ripe >= 1.0 else ripe * weights + (1.0 - ripe) * np.tile(surprise.first_votes(), (2, 1))

    def learn(self, said: Floats, each: Floats, seen: Floats, dt_s: float) -> None:
        """A lesson, `dt_s` after the one before: what forecasters `said` (F, 6) of a moment one horizon before it, what
        `each` was made of then, and what was `seen` (6,) at that moment."""
        ways = (said - said[HOLD]).reshape(COUNT, 2, 3).transpose(1, 0, 2)
        way = (seen - said[HOLD]).reshape(2, 1, 3)
        missed = way - each @ ways
        self._counted = self._counted * (keep := math.exp(-dt_s / VOTED_S)) + 1.0
        self._learnt_s += min(dt_s, MOST_LEARNT_S)
        sure, kept = [], math.exp(-dt_s / CHOSEN_S)
        for judged, squares in zip(self._judged, (missed * missed).sum(axis=2).tolist(), strict=True):
            sure.append(judged.sure(squares[BLEND]))
            judged.hear(squares, keep, kept)
        self._remember(ways, way, sure, dt_s)
        self._weigh()

    def _remember(self, ways: Floats, way: Floats, sure: list[float], dt_s: float) -> None:
        """Products of all ways from hold (2, F, 3) with each other and, in hold's place, with the one that was seen."""
        ways[:, HOLD] = way[:, 0]
        weighed = ways * np.array(sure)[:, None, None]
        self._lessons = math.exp(-dt_s / LEARNT_S) * self._lessons + weighed @ ways.transpose(0, 2, 1)

    def _weigh(self) -> None:
        """Find the weights anew."""
        votes = [judged.votes(self._counted) for judged in self._judged]
        most = self._lessons.max(axis=(1, 2)).tolist()
        ridge = np.array(
            [max(judged.ridge(self._counted), FIRM * way) for judged, way in zip(self._judged, most, strict=True)]
        )[:, None]
        each = self.each.copy()
        each[:, VOTES] = votes
        right = self._lessons[:, :HOLD, HOLD] + ridge * each[:, VOTES, :HOLD]
        normal = self._lessons[:, :HOLD, :HOLD] + ridge[:, :, None] * _EYE
        blend = each[:, BLEND]
        blend[:, :HOLD] = np.linalg.solve(normal, right[:, :, None])[:, :, 0]
        blend[:, HOLD] = 1.0 - blend[:, :HOLD].sum(axis=1)
        position, rotation = self._judged
        shares = position.blend_share(votes[0][STILL]), rotation.blend_share(votes[1][STILL])
        self.each, self.blend_shares = each, np.array(shares)[:, None]
        self._weights = self._mixed(each[:, VOTES], self.blend_shares)

    def _mixed(self, votes: Floats, blend_shares: Floats) -> Floats:
        return np.concatenate([votes + blend_shares * (self.each[:, BLEND] - votes), votes])
