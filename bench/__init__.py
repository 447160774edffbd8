"""Benchmarks: each module has `main(scale)`, which yields one result a measurement.

A result says what was measured (`name`), how fast (`seconds`, `rows_per_s`, `p50_ms`, `p95_ms`),
the `limit` measured in the same run and the `ratio` to it. `scale` and `peak_mb` are added here.
"""
