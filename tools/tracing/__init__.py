"""Light by path tracing (Mitsuba 3): the reference that pictures of the walls are measured against.

Needs the extra `reference` (`make reference`); nothing that runs a stage imports this room.
"""
