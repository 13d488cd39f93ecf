// Light on a surface: a sun, ambient light, and the set's lamps. Kinds a set does not have are not compiled.
// light_on(normal): sun without shadow, and ambient light: for what has no position.
// light_at(normal, offset_m): the same with the sun's shadows and with lamps; light_at(normal, offset_m, sun_m) samples
// the sun's shadow at another place.
#require AMBIENT_SH
#require CASCADES
#require LAMPS

#if AMBIENT_SH
// Irradiance of the background over pi, as nine spherical harmonics; written by shaders/environment/irradiance.comp.
layout(std140, binding = 1) uniform Irradiance {
    vec4 harmonic[9];
} irradiance;

vec3 ambient_on(vec3 n) {
    vec3 light = irradiance.harmonic[0].rgb
        + irradiance.harmonic[1].rgb * n.y + irradiance.harmonic[2].rgb * n.z + irradiance.harmonic[3].rgb * n.x
        + irradiance.harmonic[4].rgb * (n.x * n.y) + irradiance.harmonic[5].rgb * (n.y * n.z)
        + irradiance.harmonic[6].rgb * (3.0 * n.z * n.z - 1.0)
        + irradiance.harmonic[7].rgb * (n.x * n.z) + irradiance.harmonic[8].rgb * (n.x * n.x - n.y * n.y);
    return max(light, 0.0) * view.background.w;
}
#else
vec3 ambient_on(vec3 n) {
    return view.ambient_mean.rgb + view.ambient_half.rgb * n.z;
}
#endif

#if CASCADES
#include "common/shadow.glsl"
#else
float sunlit(vec3 normal, vec3 offset_m) {
    return 1.0;
}

float unshadowed(vec3 offset_m) {
    return 1.0;
}
#endif

#if LAMPS
#include "common/lamps.glsl"
#endif

vec3 light_on(vec3 normal) {
    return view.sun.rgb * max(dot(normal, view.toward_sun.xyz), 0.0) + ambient_on(normal);
}

vec3 light_with(vec3 ambient, vec3 normal, vec3 offset_m, vec3 sun_m) {
    vec3 light = view.sun.rgb * (max(dot(normal, view.toward_sun.xyz), 0.0) * sunlit(normal, sun_m)) + ambient;
#if LAMPS
    for (int i = 0; i < burning_lamps(); ++i) {
        Lamplight lamp = lamplight(i, offset_m);
        light += lamp.light * max(dot(normal, lamp.toward), 0.0);
    }
#endif
    return light;
}

vec3 light_at(vec3 normal, vec3 offset_m, vec3 sun_m) {
    return light_with(ambient_on(normal), normal, offset_m, sun_m);
}

vec3 light_at(vec3 normal, vec3 offset_m) {
    return light_at(normal, offset_m, offset_m);
}

#include "common/haze.glsl"
