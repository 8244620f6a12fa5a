"""Summaries of `lsw trace -c --json` as results, so that two of them can be compared.

A summary is {"format": "lsw-trace-summary", "calls": [{"name": "kernel32!ReadFile", "count": 12, "total_ns": 34567,
"stddev_ns": 900}, …]}. One traced run has no rounds: the noise of a mean comes from the spread of its calls, and
where that is not told, only a doubled mean is a regression.
"""

import math

WORTH_A_LINE = 0.01   # calls with a smaller share of the whole time are compared by count alone
UNKNOWN_NOISE = 1.0


def is_summary(data):
    return isinstance(data, dict) and data.get('format') == 'lsw-trace-summary' and isinstance(data.get('calls'), list)


def _figure(name, metric, unit, value, noise):
    return {'name': f'trace.{name}', 'suite': 'trace', 'metric': metric, 'unit': unit, 'better': 'less', 'about': '',
            'goal': None, 'samples': {'lsw': [value]}, 'median': {'lsw': value}, 'noise': {'lsw': noise}, 'ratio': {},
            'status': 'ok', 'reason': ''}


def _noise_of(call):
    if call.get('stddev_ns') is None or not call['total_ns']:
        return UNKNOWN_NOISE
    mean = call['total_ns'] / call['count']
    return 3 * call['stddev_ns'] / math.sqrt(call['count']) / mean


def as_result(data):
    whole = sum(call.get('total_ns', 0) for call in data['calls']) or 1
    figures = []
    for call in data['calls']:
        figures.append(_figure(call['name'], 'calls', 'calls', call['count'], 0.0))
        if call['count'] and call.get('total_ns', 0) >= WORTH_A_LINE * whole:
            figures.append(_figure(call['name'], 'time', 'ns', call['total_ns'] / call['count'], _noise_of(call)))
    return {'format': 'lsw-perf', 'version': 1, 'when': data.get('when', ''), 'figures': figures,
            'machine': data.get('machine', {})}
