// A splat on the view, written by splats/project.comp and read by splats/splats.vert.
struct Record {
    vec4 place;  // x, y, z of -1 to 1; w: metres along the view's axis
    vec4 axes;   // one standard deviation along the long (xy) and the short (zw) axis, in units of place
    vec4 light;  // rgb; a: opacity at the centre, 0 = not there
};
