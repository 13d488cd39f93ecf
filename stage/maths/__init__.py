"""Pure mathematics of the stage: no file, clock, socket or OpenGL."""
