#version 430 core
// A wall's picture: the outer view, and over it the inner view of each camera as far as it covers the pixel, earlier
// cameras over later ones. Light then becomes the wall's code values in the same pass. STEPS: with the look's grade,
// trim, key and cards; a wall without them pays nothing. CORE: one inner view covers everything that is drawn, and no edge
// is near, so neither coverage nor outer view is looked up; the same arithmetic with a share of 1.
#require CAMERAS
#require CURVED
#require STEPS
#require OUTER_SCALED
#require CORE
#include "common/wall_pixel.glsl"
#include "common/picture.glsl"
#if CAMERAS > 0 && !CORE
#include "composite/coverage.glsl"
#endif
#include "encode/encode.glsl"
#include "encode/calibration.glsl"
#if STEPS
#include "composite/steps.glsl"
#elif OUTER_SCALED
uniform vec2 canvas_px;
#endif

layout(binding = 0) uniform sampler2D outer;
#if CAMERAS > 0
layout(binding = 1) uniform sampler2D inner[CAMERAS];
#endif

uniform int cameras_here;  // bit i: camera i covers part of this region

layout(location = 0) out vec4 result;

vec3 light = vec3(0.0);
float open_share = 1.0;

#if CAMERAS > 0 && !CORE
vec4 inner_at(int index, sampler2D picture, vec3 ahead) {
#if CURVED
    Camera c = camera[index];
    vec2 texel = ahead.xz / ahead.y * c.texel_from_slope.xz + c.texel_from_slope.yw;
    return sampled(picture, texel, c.eye_m.xyz, c.forward.xyz);
#else
    return texelFetch(picture, ivec2(gl_FragCoord.xy), 0);
#endif
}

#if MATERIAL == PROBE
// A probe cannot mix: it shows an inner position only where nothing else shows through, and how far the foremost camera
// covers the pixel.
void lay(int index, sampler2D picture) {
    vec3 offset_m = offset_from(camera[index].eye_m.xyz);
    Look look = look_of(index, offset_m);
    if (result.a > 0.0 || (cameras_here & (1 << index)) == 0 || faces(offset_m) <= 0.0) return;
    result.a = look.coverage;
    if (look.coverage >= 1.0) result.xyz = inner_at(index, picture, look.ahead).xyz;
}
#else
// Front to back: the share a camera leaves uncovered goes to the next one, and finally to the outer view. Without
// branches and loops: on a software renderer they cost more than the few instructions they save.
void lay(int index, sampler2D picture) {
    vec3 offset_m = offset_from(camera[index].eye_m.xyz);
    Look look = look_of(index, offset_m);
    bool seen = (cameras_here & (1 << index)) != 0 && faces(offset_m) > 0.0;
    float share = seen ? open_share * look.coverage : 0.0;
    light += share * lawful(inner_at(index, picture, look.ahead)).rgb;
    open_share -= share;
}
#endif
#endif

void main() {
#if CORE
    vec4 outer_light = vec4(0.0);
    light = lawful(texelFetch(inner[0], ivec2(gl_FragCoord.xy), 0)).rgb;
    open_share = 0.0;
#elif OUTER_SCALED
    vec4 outer_light = texture(outer, gl_FragCoord.xy / canvas_px);
#else
    vec4 outer_light = texelFetch(outer, ivec2(gl_FragCoord.xy), 0);
#endif
#if MATERIAL == PROBE
    result = vec4(outer_light.xyz, 0.0);
#endif
#if CAMERAS > 0 && !CORE
    lay(0, inner[0]);
#endif
#if CAMERAS > 1
    lay(1, inner[1]);
#endif
#if CAMERAS > 2
    lay(2, inner[2]);
#endif
#if CAMERAS > 3
    lay(3, inner[3]);
#endif
#if CAMERAS > 4
    lay(4, inner[4]);
#endif
#if CAMERAS > 5
    lay(5, inner[5]);
#endif
#if CAMERAS > 6
    lay(6, inner[6]);
#endif
#if CAMERAS > 7
    lay(7, inner[7]);
#endif
#if MATERIAL != PROBE
#if STEPS
    vec3 wall_light = stepped(light, open_share, lawful(outer_light).rgb);
#else
    vec3 wall_light = calibrated(light + open_share * lawful(outer_light).rgb);
#endif
    result = vec4(encoded(wall_light), 1.0);
#endif
}
