// Round a drop's trace: six corners, two triangles that make a rectangle; or, if it is small, three corners of one
// triangle that touches its capsule: there triangles cost more than pixels. Needs common/view.glsl.
#require WISP

uniform vec2 viewport_px;

// A drop's trace in the view.
struct Trace {
    vec4 place;  // x, y, z of its middle, -1 to 1; w: distinguishes a wisp from others, 0 to 1
    vec4 shape;  // xy: its direction in the view; z: half its length, w: its radius as drawn, both in pixels
    vec4 light;  // rgb; a: opacity, 0 = invisible
    float depth_m;  // along the view's axis
};

// The input of weather/weather.vert; render/layers/weather/traces_pass.py has its layout.
struct Corner {
    vec3 ndc;
    float reach;  // half its length, in radii
    vec2 place;   // along and across the trace, in radii
    uvec2 light;  // rgb and opacity as four half floats
#if WISP
    vec2 torn;    // place in the pattern that tears it
    float height; // over the ground, in units of a wisp's thickening there
    float unused;
#endif
};

// An indirect draw of arrays; moderngl steps by five words.
struct Draw {
    uint corners;
    uint instances;
    uint first;
    uint first_instance;
    uint unused;
};

const float SMALL_PX2 = 12.0;
const float THICK_M = 0.6;
const vec2 RECTANGLE[6] = vec2[](
    vec2(-1.0, -1.0), vec2(1.0, -1.0), vec2(1.0, 1.0), vec2(1.0, 1.0), vec2(-1.0, 1.0), vec2(-1.0, -1.0));

Trace no_trace() {
    return Trace(vec4(0.0), vec4(0.0), vec4(0.0), 1.0);
}

bool larger_than_a_triangle(Trace trace) {
    return (trace.shape.z + trace.shape.w) * trace.shape.w >= SMALL_PX2;
}

// A triangle with its tip ahead, its sides touching the capsule's front, its base the capsule's back.
vec2 round_corner(int number, float length_px, float radius_px) {
    float slope = 0.5 * radius_px / (length_px + radius_px);
    float wide = slope * inversesqrt(1.0 - slope * slope) * (4.0 * length_px + 3.0 * radius_px);
    if (number == 0) return vec2(3.0 * length_px + 2.0 * radius_px, 0.0);
    return vec2(-length_px - radius_px, number == 1 ? wide : -wide);
}

Corner corner_of(Trace trace, int number, bool large) {
    float length_px = trace.shape.z, radius_px = trace.shape.w;
    vec2 box = vec2(length_px + radius_px, radius_px), along = trace.shape.xy;
    vec2 off_px = large ? RECTANGLE[number] * box : round_corner(number, length_px, radius_px);
    vec2 ndc = trace.place.xy + (along * off_px.x + vec2(-along.y, along.x) * off_px.y) * (2.0 / viewport_px);
    Corner corner;
    corner.ndc = vec3(ndc, trace.place.z);
    corner.place = off_px / radius_px;
    corner.reach = length_px / radius_px;
    corner.light = uvec2(packHalf2x16(trace.light.rg), packHalf2x16(trace.light.ba));
#if WISP
    vec3 tall_rows = vec3(view.direction_from_ndc[0].z, view.direction_from_ndc[1].z, view.direction_from_ndc[2].z);
    corner.height = (view.eye_m.z + trace.depth_m * dot(tall_rows, vec3(ndc, 1.0))) / THICK_M;
    corner.torn = corner.place * vec2(0.06, 0.12) + vec2(trace.place.w, fract(trace.place.w * 57.3)) * 61.0;
#endif
    return corner;
}
