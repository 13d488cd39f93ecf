// A drop's trace on the view, written by weather/drops.comp and read by weather/weather.vert.
struct Trace {
    vec4 place;  // x, y, z of its middle, -1 to 1; w: what a wisp is told from others by, 0 to 1
    vec4 shape;  // xy: which way it lies on the view; z: half its length, w: its radius as drawn, both in pixels
    vec4 light;  // rgb; a: opacity, 0 = not seen
    vec4 depth;  // x: metres along the view's axis
};

// Outside the view.
Trace no_trace() {
    return Trace(vec4(2.0, 2.0, 2.0, 0.0), vec4(0.0), vec4(0.0), vec4(1.0));
}
