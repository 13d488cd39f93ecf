"""What must be drawn for a frame: views, their boxes on every wall, and resolutions. Pure.

`cover` what a camera covers · `boxes` rectangles of canvas pixels · `box_within` one inside a polygon ·
`wall_triangles` a wall as arrays · `flat_wall`, `faceted_wall` and `curved_wall` where coverage lands on a wall ·
`panels` the outer view of walls that are not flat · `planner` the plan of a frame.
"""
