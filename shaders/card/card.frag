#version 430 core
// A picture in the set. The texture holds light times alpha, so mipmaps mix in no hidden colours.
#require LIT
#require PROBE
#require MATERIAL
#require SEE_THROUGH
#require CUT_OUT
#require UNLIT
#require HAZE
#require BRIGHTEST
#include "common/view.glsl"
#include "common/light.glsl"

layout(binding = 0) uniform sampler2D picture;

uniform vec3 normal;
uniform float gain;

in vec3 offset_m;
in vec2 uv;

layout(location = 0) out vec4 result;

vec3 lit(vec3 colour) {
#if UNLIT
    vec3 radiance = colour * (gain * view.sun.a);
#else
    vec3 radiance = colour * gain * light_at(dot(normal, offset_m) > 0.0 ? -normal : normal, offset_m);
#endif
#if HAZE
    radiance = through_haze(radiance, offset_m);
#endif
    return radiance;
}

void main() {
    vec4 texel = texture(picture, uv);
#if CUT_OUT
    if (texel.a < 0.5) discard;
#endif
#if SEE_THROUGH
    // Much of a card is clear: nothing to light or blend. Light without alpha is added, as of a flame.
    if (texel.a <= 0.0 && texel.r + texel.g + texel.b <= 0.0) discard;
#endif
#if MATERIAL == PROBE
    result = vec4(view.eye_m.xyz + offset_m, 1.0);
#elif SEE_THROUGH
    vec3 radiance = lit(texel.rgb);
#if HAZE
    radiance -= (1.0 - texel.a) * through_haze(vec3(0.0), offset_m);  // the air before what shines through is its own
#endif
    result = vec4(clamp(radiance, 0.0, BRIGHTEST), texel.a);
#else
    result = vec4(min(lit(texel.rgb / texel.a), BRIGHTEST), 1.0);
#endif
}
