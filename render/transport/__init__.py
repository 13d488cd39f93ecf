"""How light goes from surface to surface and from the sky, prepared by `openstage scene bake`, and lit live."""
