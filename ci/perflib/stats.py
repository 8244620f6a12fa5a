"""Medians and how far they can be trusted.

Samples of one figure come from rounds that lie apart in time, so that their spread holds the machine's moods
too. `noise` is the half-width of the interval in which another run of the same build is expected: three
standard errors of a median, estimated from the median absolute deviation, which a few disturbed rounds do
not move.
"""

import math

STANDARD_ERRORS = 3.0


def median(values):
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def typical(metric, values):
    """What stands for the samples of a metric: the median; of instructions and system calls, which only
    disturbances add to, the least."""
    return min(values) if metric in ('instructions', 'system_calls') else median(values)


def quantile(values, fraction):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(fraction * len(ordered)))]


def relative_noise(values):
    """Half-width, relative to the median, of the interval that another run's median should fall into.

    None where the values cannot say: fewer than three."""
    if len(values) < 3:
        return None
    middle = median(values)
    if middle == 0:
        return None
    deviation = 1.4826 * median([abs(value - middle) for value in values])
    # With few values the deviation is often too small by chance.
    few = 1 + 3.0 / len(values)
    return STANDARD_ERRORS * few * 1.2533 * deviation / math.sqrt(len(values)) / abs(middle)


def summary(values):
    """What one side's samples amount to."""
    return {'median': median(values), 'low': quantile(values, 0.25), 'high': quantile(values, 0.75),
            'least': min(values), 'noise': relative_noise(values), 'count': len(values)}


def ratios(ours, theirs, better):
    """Per round, how many times the cost of `theirs` ours is; more than 1 is worse, whatever the unit."""
    pairs = [(a, b) for a, b in zip(ours, theirs) if a and b]
    return [b / a if better == 'more' else a / b for a, b in pairs]
