"""The filmed check: photographs of the chart of markers, and where the real walls disagree with the stage file."""
