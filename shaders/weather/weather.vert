#version 430 core
// A drop's trace on the view: a capsule as long as it moves while the shutter is open, never finer than a pixel (it
// fades instead), gone near the eye and where its layer ends.
#include "common/view.glsl"
#include "common/light.glsl"
#include "weather/drop.glsl"

uniform vec2 viewport_px;
uniform vec3 trace_m;      // from one end of the trace to the other
uniform vec4 shape;        // radius (m), opacity, near (m), reach (m)
uniform float low_m;
uniform float amount;      // how many drops are in a cube, in the mean
uniform vec3 albedo;
uniform float glint;       // how much of the sun comes through it toward the eye

out vec2 place;            // along and across the trace
flat out vec2 size;        // half length; radius
flat out vec4 light;       // rgb; a: opacity
#if WISP
out float height_m;
flat out vec2 seed;
#endif

const float FINEST_PX = 0.7;
const float SOFT = 1.5;    // the trace fades out at this many radii

vec3 scattered(vec3 offset_m) {
    vec3 away = normalize(offset_m);
    float through = pow(max(dot(away, view.toward_sun.xyz), 0.0), 6.0);
    return through_haze(albedo * light_on(normalize(vec3(0.0, 0.0, 1.0) - away)) + view.sun.rgb * (glint * through), offset_m);
}

void main() {
    Drop drop = drop_of(gl_InstanceID);
    vec3 offset_m = drop.offset_m;
    float away_m = length(offset_m), radius_m = shape.x * (0.7 + 0.6 * drop.chance), tall_m = view.eye_m.z + offset_m.z;
    float opacity = shape.y * clamp((amount - drop.rank) * 10.0, 0.0, 1.0)
        * smoothstep(shape.z, 1.8 * shape.z, away_m) * (1.0 - smoothstep(0.7 * shape.w, shape.w, away_m));
    if (low_m > 0.0) opacity *= exp(-max(tall_m, 0.0) / low_m);
    vec4 head = view.clip_from_offset * vec4(offset_m + 0.5 * trace_m, 1.0);
    vec4 tail = view.clip_from_offset * vec4(offset_m - 0.5 * trace_m, 1.0);
    gl_Position = vec4(2.0, 2.0, 2.0, 1.0);  // outside
    if (opacity < 1e-3 || min(head.w, tail.w) < 0.1) return;
    vec2 half_px = 0.5 * viewport_px, a = tail.xy / tail.w, b = head.xy / head.w, way = (b - a) * half_px;
    vec2 middle = 0.5 * (a + b);
    float middle_w = 0.5 * (head.w + tail.w), trace_px = length(way);
    mat4 rows = transpose(view.clip_from_offset);
    float px_per_m = 0.5 * (length(rows[0].xyz - middle.x * rows[3].xyz) * half_px.x
        + length(rows[1].xyz - middle.y * rows[3].xyz) * half_px.y) / middle_w;
    float radius_px = radius_m * px_per_m, drawn_px = max(radius_px, FINEST_PX);
#if !WISP
    float trace_length_m = length(trace_m);
    opacity *= sqrt(2.0 * radius_m / (2.0 * radius_m + trace_length_m));  // each place is covered for a part of the time
    opacity *= radius_px / drawn_px * (trace_px + 1.6 * radius_px) / (trace_px + 1.6 * drawn_px);
#endif
    vec2 along = trace_px > 0.01 ? way / trace_px : vec2(1.0, 0.0);
    vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1) * 2.0 - 1.0;
    size = vec2(0.5 * trace_px, SOFT * drawn_px);
    place = corner * vec2(size.x + size.y, size.y);
    vec2 ndc = middle + (along * place.x + vec2(-along.y, along.x) * place.y) / half_px;
    light = vec4(scattered(offset_m), min(opacity, 1.0));
#if WISP
    place /= size.y;
    size /= size.y;
    vec3 tall_rows = vec3(view.direction_from_ndc[0].z, view.direction_from_ndc[1].z, view.direction_from_ndc[2].z);
    height_m = view.eye_m.z + middle_w * dot(tall_rows, vec3(ndc, 1.0));
    seed = vec2(drop.chance, fract(drop.chance * 57.3)) * 61.0;
#endif
    gl_Position = vec4(ndc, 0.5 * (head.z / head.w + tail.z / tail.w), 1.0);
}
