#version 430 core
// A wall's picture: the outer view, and over it the inner view of each camera as far as it covers the pixel; the
// earlier camera lies over the later. Then light becomes the wall's code values, in the same pass.
#require CAMERAS
#require CURVED
#include "common/wall_pixel.glsl"
#include "common/picture.glsl"
#if CAMERAS > 0
#include "composite/coverage.glsl"
#endif
#include "encode/encode.glsl"

layout(binding = 0) uniform sampler2D outer;
#if CAMERAS > 0
layout(binding = 1) uniform sampler2D inner[CAMERAS];
#endif

uniform int cameras_here;  // bit i: camera i covers part of this region

layout(location = 0) out vec4 result;

#if CAMERAS > 0
vec4 inner_at(int index, sampler2D picture, vec3 ahead) {
#if CURVED
    Camera c = camera[index];
    vec2 texel = ahead.xz / ahead.y * c.texel_from_slope.xz + c.texel_from_slope.yw;
    return sampled(picture, texel, c.eye_m.xyz, c.forward.xyz);
#else
    return texelFetch(picture, ivec2(gl_FragCoord.xy), 0);
#endif
}

#endif

#if MATERIAL == PROBE
// A probe cannot mix: it shows an inner position only where nothing of anything else shines through, and says how far
// the foremost camera covers the pixel.
void main() {
    result = vec4(texelFetch(outer, ivec2(gl_FragCoord.xy), 0).xyz, 0.0);
#if CAMERAS > 0
    for (int i = 0; i < CAMERAS && result.a == 0.0; ++i) {
        if ((cameras_here & (1 << i)) == 0) continue;
        vec3 offset_m = offset_from(camera[i].eye_m.xyz);
        Look look = look_of(i, offset_m);
        if (faces(offset_m) <= 0.0) continue;
        result.a = look.coverage;
        if (look.coverage >= 1.0) result.xyz = inner_at(i, inner[i], look.ahead).xyz;
    }
#endif
}
#else
// Front to back: what a camera leaves uncovered is left to the next, and in the end to the outer view.
void main() {
    vec3 light = vec3(0.0);
    float open_share = 1.0;
#if CAMERAS > 0
    for (int i = 0; i < CAMERAS; ++i) {
        if (open_share <= 0.0) break;
        if ((cameras_here & (1 << i)) == 0) continue;
        vec3 offset_m = offset_from(camera[i].eye_m.xyz);
        Look look = look_of(i, offset_m);
        float share = faces(offset_m) > 0.0 ? open_share * look.coverage : 0.0;
        if (share > 0.0) light += share * lawful(inner_at(i, inner[i], look.ahead)).rgb;
        open_share -= share;
    }
#endif
    if (open_share > 0.0) light += open_share * lawful(texelFetch(outer, ivec2(gl_FragCoord.xy), 0)).rgb;
    result = vec4(encoded(light), 1.0);
}
#endif
