"""Figures of every process for a monitoring system (Prometheus), and for nobody else."""
