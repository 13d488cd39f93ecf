#version 430 core
// Each visible splat once: from stage space to a flat Gaussian in the view (EWA splatting: Zwicker et al. 2001; the
// perspective linearised at the centre, as in Kerbl et al. 2023), and its light at the eye, through the haze.
#require DEGREE
#require LOW_PASS_PX2
#require BRIGHTEST
#include "common/view.glsl"
#include "common/haze.glsl"
#include "splats/record.glsl"

layout(local_size_x = 128) in;

layout(std430, binding = 0) readonly buffer Order { uint order[]; };
layout(std430, binding = 1) readonly buffer Geometry { float geometry[]; };  // centre, opacity, covariance: 10 a splat
layout(std430, binding = 2) readonly buffer Harmonics { uint harmonics[]; };  // two half floats a word
layout(std430, binding = 3) writeonly buffer Records { Record records[]; };

uniform int count;
uniform vec3 origin;  // the origin of the centres, from the eye
uniform vec2 viewport_px;
uniform mat3 file_from_stage;
uniform float gain;

const int COEFFICIENTS = (DEGREE + 1) * (DEGREE + 1);
const int WORDS = (3 * COEFFICIENTS + 1) / 2;
const float NEAREST_M = 0.2;
const float OUTSIDE = 1.3;  // how far beside the view the perspective is still linearised
const float SMALL_PX2 = 60.0;  // up to this product of half sides a second triangle costs more than the first's corners

vec3 coefficient(int base, int i) {
    vec3 rgb;
    for (int c = 0; c < 3; ++c) {
        int at = 3 * i + c;
        vec2 pair = unpackHalf2x16(harmonics[base + at / 2]);
        rgb[c] = (at & 1) == 0 ? pair.x : pair.y;
    }
    return rgb;
}

// Real spherical harmonics with the signs of Kerbl et al.'s files.
vec3 shone(int splat, vec3 d) {
    int base = splat * WORDS;
    vec3 sum = 0.28209479177387814 * coefficient(base, 0);
#if DEGREE > 0
    sum += 0.4886025119029199 * (-d.y * coefficient(base, 1) + d.z * coefficient(base, 2) - d.x * coefficient(base, 3));
#endif
#if DEGREE > 1
    float xx = d.x * d.x, yy = d.y * d.y, zz = d.z * d.z;
    sum += 1.0925484305920792 * (d.x * d.y * coefficient(base, 4) - d.y * d.z * coefficient(base, 5) - d.x * d.z * coefficient(base, 7))
        + 0.31539156525252005 * (2.0 * zz - xx - yy) * coefficient(base, 6)
        + 0.5462742152960396 * (xx - yy) * coefficient(base, 8);
#endif
#if DEGREE > 2
    sum += -0.5900435899266435 * (d.y * (3.0 * xx - yy) * coefficient(base, 9) + d.x * (xx - 3.0 * yy) * coefficient(base, 15))
        + 2.890611442640554 * d.x * d.y * d.z * coefficient(base, 10)
        - 0.4570457994644658 * (4.0 * zz - xx - yy) * (d.y * coefficient(base, 11) + d.x * coefficient(base, 13))
        + 0.3731763325901154 * d.z * (2.0 * zz - 3.0 * xx - 3.0 * yy) * coefficient(base, 12)
        + 1.445305721320277 * d.z * (xx - yy) * coefficient(base, 14);
#endif
    return max(sum + 0.5, 0.0);
}

vec3 linear_light(vec3 code) {
    return mix(code / 12.92, pow((code + 0.055) / 1.055, vec3(2.4)), greaterThan(code, vec3(0.04045)));
}

Record nothing() {
    return Record(vec4(2.0, 2.0, 2.0, 1.0), vec4(0.0), vec4(0.0));  // outside the view
}

Record seen(int splat) {
    int at = 10 * splat;
    vec3 d = origin + vec3(geometry[at], geometry[at + 1], geometry[at + 2]);
    vec4 clip = view.clip_from_offset * vec4(d, 1.0);
    if (clip.w < NEAREST_M) return nothing();
    vec3 ndc = clip.xyz / clip.w;
    mat3 spread = mat3(
        geometry[at + 4], geometry[at + 5], geometry[at + 6],
        geometry[at + 5], geometry[at + 7], geometry[at + 8],
        geometry[at + 6], geometry[at + 8], geometry[at + 9]);
    mat4 rows = transpose(view.clip_from_offset);
    vec2 level = clamp(ndc.xy, -OUTSIDE, OUTSIDE), half_px = 0.5 * viewport_px;
    vec3 across = (rows[0].xyz - level.x * rows[3].xyz) * (half_px.x / clip.w);
    vec3 up = (rows[1].xyz - level.y * rows[3].xyz) * (half_px.y / clip.w);
    float a = dot(across, spread * across) + LOW_PASS_PX2, b = dot(across, spread * up);
    float c = dot(up, spread * up) + LOW_PASS_PX2;
    float middle = 0.5 * (a + c), apart = length(vec2(0.5 * (a - c), b));
    // The long axis; the two forms are never both degenerate.
    vec2 one = vec2(b, middle + apart - a), other = vec2(middle + apart - c, b);
    vec2 way = dot(one, one) > dot(other, other) ? one : other;
    way = dot(way, way) > 0.0 ? normalize(way) : vec2(1.0, 0.0);
    float opacity = geometry[at + 3], reach = sqrt(2.0 * log(255.0 * opacity));
    vec2 extent = reach * sqrt(vec2(a, c)) / half_px;
    if (any(greaterThan(abs(ndc.xy) - extent, vec2(1.0)))) return nothing();
    vec2 sides = vec2(sqrt(middle + apart), sqrt(max(middle - apart, LOW_PASS_PX2)));
    vec2 longer = reach * sides.x * way / half_px, shorter = reach * sides.y * vec2(-way.y, way.x) / half_px;
    vec3 light = linear_light(shone(splat, file_from_stage * normalize(d))) * (gain * view.sun.a);
    bool small = reach * reach * sides.x * sides.y < SMALL_PX2;
    return Record(
        vec4(ndc, small ? -reach : reach), vec4(longer, shorter), vec4(min(through_haze(light, d), BRIGHTEST), opacity));
}

void main() {
    uint number = gl_GlobalInvocationID.x;
    if (number < uint(count)) records[number] = seen(int(order[number]));
}
