#version 430 core
// The background at infinity: an equirect, or a gradient of the ambient light if the set has none.
#require LIT
#require PROBE
#require MATERIAL
#require EQUIRECT
#require BRIGHTEST
#include "common/view.glsl"
#include "common/equirect.glsl"

layout(binding = 0) uniform sampler2D equirect;

in vec3 direction;

layout(location = 0) out vec4 result;

// What is far away becomes the haze, and so does what is behind it: at the horizon first.
vec3 fogged(vec3 radiance, vec3 d) {
    return mix(view.haze.rgb, radiance, exp(-view.ambient_mean.a / max(abs(d.z), 0.01)));
}

void main() {
    vec3 d = normalize(direction);
#if MATERIAL == PROBE
    result = vec4(view.eye_m.xyz + 1e5 * d, 1.0);
#elif EQUIRECT
    float texels = max(max(length(dFdx(d)), length(dFdy(d))) / view.background.z, 1e-6);
    vec2 place = equirect_place(d, view.background.y);
    vec3 radiance = view.background.x * textureLod(equirect, place, log2(texels)).rgb;
    result = vec4(min(fogged(radiance, d), BRIGHTEST), 1.0);
#else
    vec3 radiance = view.ambient_mean.rgb + view.ambient_half.rgb * d.z;
    result = vec4(min(fogged(radiance, d), BRIGHTEST), 1.0);
#endif
}
