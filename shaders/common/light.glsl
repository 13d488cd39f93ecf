// Light on a surface: a sun, ambient light, and the set's lamps. Kinds a set does not have are not compiled.
// light_on(normal): sun without shadow, and ambient light: for what has no position.
// light_at(normal, offset_m): the same with the sun's shadows and with lamps; light_at(normal, offset_m, sun_m) samples
// the sun's shadow at another place.
#require CASCADES
#require LAMPS

#include "common/ambient.glsl"

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

vec3 sun_on(vec3 normal, vec3 sun_m) {
    return view.sun.rgb * (max(dot(normal, view.toward_sun.xyz), 0.0) * sunlit(normal, sun_m));
}

vec3 lamps_on(vec3 normal, vec3 offset_m) {
    vec3 light = vec3(0.0);
#if LAMPS
    for (int i = 0; i < burning_lamps(); ++i) {
        Lamplight lamp = lamplight(i, offset_m);
        light += lamp.light * max(dot(normal, lamp.toward), 0.0);
    }
#endif
    return light;
}

vec3 light_at(vec3 normal, vec3 offset_m, vec3 sun_m) {
    return sun_on(normal, sun_m) + ambient_on(normal) + lamps_on(normal, offset_m);
}

vec3 light_at(vec3 normal, vec3 offset_m) {
    return light_at(normal, offset_m, offset_m);
}

#include "common/haze.glsl"
