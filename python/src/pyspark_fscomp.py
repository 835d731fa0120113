"""Spark looks for data sources in modules whose names begin with pyspark_."""

from fscomp.spark import FscompDataSource as DefaultSource

__all__ = ["DefaultSource"]
