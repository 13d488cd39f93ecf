// A splat on the view, written by splats/project.comp and read by splats/splats.vert.
struct Record {
    vec4 place;  // x, y, z of -1 to 1; w: its visible reach in standard deviations, negative = it is small
    vec4 axes;   // its reach along its long (xy) and its short (zw) axis, in units of place
    vec4 light;  // rgb; a: opacity at the centre
};
