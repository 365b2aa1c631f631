"""Benchmarks: commands that measure the package and write their own tables into ``docs/benchmarks.md``."""
