"""What a frame needs drawn: views, the box each lands in on every wall, and resolutions. Pure.

`cover` what a camera covers · `boxes` rectangles of canvas pixels · `flat_wall` and `curved_wall` where that lands
on a wall · `panels` the outer view of walls that are not flat · `planner` the plan of a frame.
"""
