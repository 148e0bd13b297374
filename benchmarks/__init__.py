"""Timings against a hand-written loop and against pythae, as ratios of interleaved runs.

python -m benchmarks            all of them
python -m benchmarks training   one of them; see --help
"""
