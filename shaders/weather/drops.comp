#version 430 core
// Each drop of a layer once: its trace in the view, a capsule as long as its way while the shutter is open, never finer
// than a pixel (it fades instead), invisible near the eye and beyond its layer. The corners of visible drops are stored
// in sequence for each group, in the drops' order, and each group has its own draw.
#require BRIGHTEST
#require GROUP
#require CORNERS
#require WISP
#include "common/view.glsl"
#include "common/light.glsl"
#include "weather/drop.glsl"
#include "weather/corners.glsl"

layout(local_size_x = GROUP) in;

layout(std430, binding = 1) writeonly buffer Corners { Corner corners[]; };
layout(std430, binding = 2) writeonly buffer Draws { Draw draws[]; };

uniform int count;
uniform int first_group;   // of the layer
uniform vec3 trace_m;      // from one end of the trace to the other
uniform vec4 shape;        // radius (m), opacity, near (m), reach (m)
uniform float low_m;
uniform float amount;      // mean number of drops in a cube
uniform vec3 albedo;
uniform float glint;       // the share of the sun it transmits toward the eye

const float FINEST_PX = 0.7;
const float SOFT = 1.5;    // the trace fades out at this many radii

vec3 scattered(vec3 offset_m) {
    vec3 away = normalize(offset_m);
    float through = pow(max(dot(away, view.toward_sun.xyz), 0.0), 6.0);
    return through_haze(albedo * light_on(normalize(vec3(0.0, 0.0, 1.0) - away)) + view.sun.rgb * (glint * through), offset_m);
}

Trace trace_of(Drop drop) {
    vec3 offset_m = drop.offset_m;
    float away_m = length(offset_m), radius_m = shape.x * (0.7 + 0.6 * drop.chance), tall_m = view.eye_m.z + offset_m.z;
    float opacity = shape.y * clamp((amount - drop.rank) * 10.0, 0.0, 1.0)
        * smoothstep(shape.z, 1.8 * shape.z, away_m) * (1.0 - smoothstep(0.7 * shape.w, shape.w, away_m));
    if (low_m > 0.0) opacity *= exp(-max(tall_m, 0.0) / low_m);
    vec4 head = view.clip_from_offset * vec4(offset_m + 0.5 * trace_m, 1.0);
    vec4 tail = view.clip_from_offset * vec4(offset_m - 0.5 * trace_m, 1.0);
    if (opacity < 1e-3 || min(head.w, tail.w) < 0.1) return no_trace();
    vec2 half_px = 0.5 * viewport_px, a = tail.xy / tail.w, b = head.xy / head.w, way = (b - a) * half_px;
    vec2 middle = 0.5 * (a + b);
    float middle_w = 0.5 * (head.w + tail.w), trace_px = length(way);
    mat4 rows = transpose(view.clip_from_offset);
    float px_per_m = 0.5 * (length(rows[0].xyz - middle.x * rows[3].xyz) * half_px.x
        + length(rows[1].xyz - middle.y * rows[3].xyz) * half_px.y) / middle_w;
    float radius_px = radius_m * px_per_m, drawn_px = max(radius_px, FINEST_PX);
#if !WISP
    float trace_length_m = length(trace_m);
    opacity *= sqrt(2.0 * radius_m / (2.0 * radius_m + trace_length_m));  // each place is covered for part of the time
    opacity *= radius_px / drawn_px * (trace_px + 1.6 * radius_px) / (trace_px + 1.6 * drawn_px);
#endif
    vec2 extent = (0.5 * abs(way) + SOFT * drawn_px) / half_px;
    if (any(greaterThan(abs(middle) - extent, vec2(1.0)))) return no_trace();
    vec2 along = trace_px > 0.01 ? way / trace_px : vec2(1.0, 0.0);
    return Trace(
        vec4(middle, 0.5 * (head.z / head.w + tail.z / tail.w), drop.chance), vec4(along, 0.5 * trace_px, SOFT * drawn_px),
        vec4(min(scattered(offset_m), BRIGHTEST), min(opacity, 1.0)), middle_w);
}

shared uint seen[GROUP / 32], large[GROUP / 32];  // a bit for each drop of the group

void main() {
    uint own = gl_LocalInvocationIndex, word = own / 32u, bit = 1u << (own % 32u);
    if (own < GROUP / 32) seen[own] = large[own] = 0u;
    barrier();
    int number = int(gl_GlobalInvocationID.x);
    Trace trace = number < count ? trace_of(drop_of(number)) : no_trace();
    bool is_seen = trace.light.a > 0.0, is_large = is_seen && larger_than_a_triangle(trace);
    if (is_seen) atomicOr(seen[word], bit);
    if (is_large) atomicOr(large[word], bit);
    barrier();
    uint before = 0u, all = 0u;  // triangles
    for (uint i = 0u; i < GROUP / 32; ++i) {
        uint ahead = i < word ? ~0u : i == word ? bit - 1u : 0u;
        before += bitCount(seen[i] & ahead) + bitCount(large[i] & ahead);
        all += bitCount(seen[i]) + bitCount(large[i]);
    }
    uint group = uint(first_group) + gl_WorkGroupID.x, first = group * GROUP * CORNERS;
    if (own == 0u) draws[group] = Draw(3u * all, 1u, first, 0u, 0u);
    if (is_seen) {
        uint place = first + 3u * before;
        for (int i = 0; i < (is_large ? CORNERS : 3); ++i) corners[place + i] = corner_of(trace, i, is_large);
    }
}
