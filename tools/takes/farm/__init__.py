"""Takes drawn again by several machines: dask.distributed, or farms that read Open Job Description."""
