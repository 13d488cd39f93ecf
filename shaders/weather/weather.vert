#version 430 core
// Round a drop's trace: six corners, two triangles that make a rectangle. A small one is a single triangle that touches
// its capsule, and the second has no surface: triangles cost more than pixels there. A wisp ends at the ground.
#require WISP
#if WISP
#include "common/view.glsl"
#endif
#include "weather/trace.glsl"

layout(std430, binding = 1) readonly buffer Traces { Trace traces[]; };

uniform int first;
uniform vec2 viewport_px;

out vec2 place;            // along and across the trace, in radii
flat out float reach;      // half its length, in radii
flat out vec4 light;       // rgb; a: opacity
#if WISP
out float height;          // over the ground, in what a wisp needs to thicken there
out vec2 torn;             // where in what tears it
#endif

const float SMALL_PX2 = 12.0;
const float THICK_M = 0.6;
const vec2 CORNER[6] = vec2[](
    vec2(-1.0, -1.0), vec2(1.0, -1.0), vec2(1.0, 1.0), vec2(1.0, 1.0), vec2(-1.0, 1.0), vec2(-1.0, -1.0));

// A triangle with its tip ahead, its sides touching the capsule's front, its base the capsule's back.
vec2 round_corner(int number, float length_px, float radius_px) {
    float slope = 0.5 * radius_px / (length_px + radius_px);
    float wide = slope * inversesqrt(1.0 - slope * slope) * (4.0 * length_px + 3.0 * radius_px);
    if (number == 0) return vec2(3.0 * length_px + 2.0 * radius_px, 0.0);
    return vec2(-length_px - radius_px, number == 1 ? wide : number == 2 ? -wide : 0.0);
}

void main() {
    Trace trace = traces[first + gl_VertexID / 6];
    int number = gl_VertexID % 6;
    float length_px = trace.shape.z, radius_px = trace.shape.w;
    light = trace.light;
    vec2 box = vec2(length_px + radius_px, radius_px);
    vec2 off_px = box.x * box.y < SMALL_PX2 ? round_corner(number, length_px, radius_px) : CORNER[number] * box;
    vec2 along = trace.shape.xy;
    vec2 ndc = trace.place.xy + (along * off_px.x + vec2(-along.y, along.x) * off_px.y) * (2.0 / viewport_px);
    place = off_px / max(radius_px, 1e-3);
    reach = length_px / max(radius_px, 1e-3);
#if WISP
    vec3 tall_rows = vec3(view.direction_from_ndc[0].z, view.direction_from_ndc[1].z, view.direction_from_ndc[2].z);
    float height_m = view.eye_m.z + trace.depth.x * dot(tall_rows, vec3(ndc, 1.0));
    gl_ClipDistance[0] = height_m;
    height = height_m / THICK_M;
    torn = place * vec2(0.06, 0.12) + vec2(trace.place.w, fract(trace.place.w * 57.3)) * 61.0;
#endif
    gl_Position = vec4(ndc, trace.place.z, 1.0);
}
