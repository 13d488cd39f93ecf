#version 430 core
// Video in the set: its planes (Y, Cb, Cr; or G, B, R; or light) to light, by its tags (render/layers/video/colour.py).
#require LIT
#require PROBE
#require MATERIAL
#require BRIGHTEST
#require LINEAR
#require SRGB
#require GAMMA
#require PQ
#require HLG
#require LUT
#require TRANSFER
#require HAZE
#require ALPHA  // 0 none, 1 straight, 2 colours are multiplied by it
#include "common/view.glsl"
#include "common/light.glsl"

layout(binding = 0) uniform sampler2D luma;
layout(binding = 1) uniform sampler2D blue_difference;
layout(binding = 2) uniform sampler2D red_difference;
layout(binding = 3) uniform sampler2D alpha_plane;
layout(binding = 4) uniform sampler3D light_of_colour;

uniform vec4 rgb_row[3];   // R', G', B' of (Y, Cb, Cr, 1)
uniform mat3 primaries;
uniform float gain;
uniform float exponent;
uniform float alpha_scale;
uniform vec2 chroma_shift;  // chroma samples are on every second luma sample, not between two: BT.709, H.264 type 0

in vec3 offset_m;
in vec2 uv;

layout(location = 0) out vec4 result;

vec3 light_of(vec3 v) {
#if TRANSFER == LINEAR
    return v;
#elif TRANSFER == SRGB
    return mix(v / 12.92, pow((max(v, 0.04) + 0.055) / 1.055, vec3(2.4)), step(0.04045, v));
#elif TRANSFER == GAMMA
    return pow(max(v, 0.0), vec3(exponent));
#elif TRANSFER == PQ
    // SMPTE ST 2084; 1.0 = 100 nits.
    vec3 root = pow(clamp(v, 0.0, 1.0), vec3(32.0 / 2523.0));
    return 100.0 * pow(max(root - 0.8359375, 0.0) / (18.8515625 - 18.6875 * root), vec3(8192.0 / 1305.0));
#elif TRANSFER == HLG
    // ITU-R BT.2100-2: inverse OETF, then the OOTF of a 1000 nit display; 1.0 = 100 nits.
    vec3 e = clamp(v, 0.0, 1.0);
    vec3 scene = mix(e * e / 3.0, (exp((e - 0.55991073) / 0.17883277) + 0.28466892) / 12.0, step(0.5, e));
    return 10.0 * scene * pow(dot(scene, vec3(0.2627, 0.6780, 0.0593)), 0.2);
#else
    float side = float(textureSize(light_of_colour, 0).x);
    return texture(light_of_colour, (clamp(v, 0.0, 1.0) * (side - 1.0) + 0.5) / side).rgb;
#endif
}

void main() {
#if MATERIAL == PROBE
    result = vec4(view.eye_m.xyz + offset_m, 1.0);
#else
    vec2 at = uv + chroma_shift;
    vec4 ycc = vec4(texture(luma, uv).r, texture(blue_difference, at).r, texture(red_difference, at).r, 1.0);
    vec3 signal = vec3(dot(rgb_row[0], ycc), dot(rgb_row[1], ycc), dot(rgb_row[2], ycc));
#if ALPHA == 0
    float alpha = 1.0;
#else
    float alpha = clamp(texture(alpha_plane, uv).r * alpha_scale, 0.0, 1.0);
#endif
#if ALPHA == 2 && TRANSFER != LINEAR
    signal /= max(alpha, 1e-3);
#endif
    vec3 light = max(primaries * light_of(signal), 0.0);
#if ALPHA == 1 || (ALPHA == 2 && TRANSFER != LINEAR)
    light *= alpha;
#endif
#if ALPHA != 0
    if (alpha <= 0.0 && light.r + light.g + light.b <= 0.0) discard;
#endif
    light *= gain * view.sun.a;
#if HAZE
    light = through_haze(light, offset_m);
#if ALPHA != 0
    light -= (1.0 - alpha) * through_haze(vec3(0.0), offset_m);
#endif
#endif
    result = vec4(clamp(light, 0.0, BRIGHTEST), alpha);
#endif
}
