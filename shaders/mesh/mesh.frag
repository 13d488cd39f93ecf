#version 430 core
// The radiance of a surface toward the eye (LIT), or the surface's position in the stage (PROBE).
#require LIT
#require PROBE
#require MATERIAL
#require TEXTURED
#require MASKED
#require DOUBLE_SIDED
#require HAZE
#require BAKED
#require UNLIT
#require EVEN
#require BRIGHTEST
#include "common/view.glsl"
#include "common/light.glsl"

layout(binding = 0) uniform sampler2D picture;

in vec3 offset_m;
in vec3 normal;
in vec2 uv;
in vec4 base_colour;
flat in vec4 emissive;
flat in float alpha_cutoff;

layout(location = 0) out vec4 result;

#include "mesh/surroundings.glsl"

vec4 base() {
#if TEXTURED
    return base_colour * texture(picture, uv);
#else
    return base_colour;
#endif
}

vec3 outward() {
    vec3 n = normal * inversesqrt(max(dot(normal, normal), 1e-30));  // no NaN where normals cancel out
#if DOUBLE_SIDED
    return gl_FrontFacing ? n : -n;
#else
    return n;
#endif
}

vec3 radiance(vec3 colour) {
#if UNLIT
    vec3 light = vec3(view.sun.a);
#else
    vec3 n = outward();
    vec3 light = mix(sun_on(n, offset_m) + surroundings(n, offset_m), vec3(view.sun.a), emissive.a);
#endif
    vec3 surface = colour * light + emissive.rgb * view.sun.a;
#if HAZE == EVEN
    surface = through_even_haze(surface, offset_m);
#elif HAZE
    surface = through_haze(surface, offset_m);
#endif
    return surface;
}

void main() {
#if MASKED
    if (base().a < alpha_cutoff) discard;
#endif
#if MATERIAL == PROBE
    result = vec4(view.eye_m.xyz + offset_m, 1.0);
#else
    result = vec4(min(radiance(base().rgb), BRIGHTEST), 1.0);
#endif
}
