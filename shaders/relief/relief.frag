#version 430 core
// A picture on its own depth: light as it was seen. There is no surface beyond a silhouette, halfway between two
// pixels.
#require LIT
#require PROBE
#require MATERIAL
#require BRIGHTEST
#include "common/view.glsl"
#include "common/light.glsl"

layout(binding = 0) uniform sampler2D picture;

uniform float gain;

in vec3 offset_m;
in vec2 uv;
in float cut;

layout(location = 0) out vec4 result;

void main() {
    if (cut < 0.5) discard;
#if MATERIAL == PROBE
    result = vec4(view.eye_m.xyz + offset_m, 1.0);
#else
    vec3 radiance = texture(picture, uv).rgb * (gain * view.sun.a);
    result = vec4(min(through_haze(radiance, offset_m), BRIGHTEST), 1.0);
#endif
}
