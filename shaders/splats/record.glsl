// A splat on the view, written by splats/project.comp and read by splats/splats.vert.
struct Record {
    vec4 place;  // x, y, z of -1 to 1; w: how many standard deviations it is seen to reach, negative = it is small
    vec4 axes;   // as far as it reaches along its long (xy) and its short (zw) axis, in units of place
    vec4 light;  // rgb; a: opacity at the centre
};
