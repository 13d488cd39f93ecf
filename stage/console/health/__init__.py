"""Alerts, graphs and figures of the running stage."""
