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

// A probe cannot mix: it shows the inner position only where nothing of the outer view shines through.
vec4 laid_over(vec4 below, vec4 shown, float coverage) {
#if MATERIAL == PROBE
    return vec4(coverage >= 1.0 ? shown.xyz : below.xyz, coverage);
#else
    return mix(below, lawful(shown), coverage);
#endif
}
#endif

void main() {
#if MATERIAL == PROBE
    vec4 light = vec4(texelFetch(outer, ivec2(gl_FragCoord.xy), 0).xyz, 0.0);
#else
    vec4 light = lawful(texelFetch(outer, ivec2(gl_FragCoord.xy), 0));
#endif
#if CAMERAS > 0
    for (int i = CAMERAS - 1; i >= 0; --i) {
        if ((cameras_here & (1 << i)) == 0) continue;
        vec3 offset_m = offset_from(camera[i].eye_m.xyz);
        Look look = look_of(i, offset_m);
        if (look.coverage > 0.0 && faces(offset_m) > 0.0) {
            light = laid_over(light, inner_at(i, inner[i], look.ahead), look.coverage);
        }
    }
#endif
#if MATERIAL == PROBE
    result = light;
#else
    result = vec4(encoded(light.rgb), 1.0);
#endif
}
