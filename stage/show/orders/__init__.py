"""Every order an operator can give: one table, one file for each noun of the stage, one row for each order. Pure."""
