"""`openstage bench kills`, `disk`, `fuzz`, `soak`: what a running stage survives."""
