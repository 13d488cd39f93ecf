#version 430 core
// A figure's cloth, skin and hair in the light of the set (LIT), or its position (PROBE). Seams, collars, sashes and
// faces are painted by the place on the figure at rest: they cost no triangles.
#require LIT
#require PROBE
#require MATERIAL
#require BRIGHTEST
#require PAINTED
#require ROBE
#require SLEEVE
#require UNDER
#require HEAD
#require HAND
#require HAIR
#require SHOE
#include "common/view.glsl"
#include "common/light.glsl"
#include "crowd/cloth.glsl"
#include "crowd/sunlight.glsl"

in vec3 offset_m;
in vec3 normal;
in vec3 rest;
#if PAINTED
flat in int role;
flat in int number;
#else
flat in vec3 cloth;
flat in vec3 sash;
flat in float sash_m;
in vec3 light;
flat in vec3 air;
#endif

layout(location = 0) out vec4 result;

#if PAINTED
vec3 albedo() {
    Person person = people[number];
    switch (role) {
        case ROBE: return robe(person, rest);
        case SLEEVE: {
            float cuff = line(rest.z - 0.83, 0.045) * step(rest.z, 0.90);
            return mix(person.robe.rgb * 0.94, person.trim.rgb, cuff) * creases(person, rest);
        }
        case UNDER: return under(person, rest);
        case HEAD: return face(person, rest);
        case HAND: return person.skin.rgb * 0.92;
        case HAIR: return person.hair.rgb * (1.0 + 0.5 * line(rest.z - 1.655, 0.008));
    }
    return vec3(0.030, 0.026, 0.024);
}

vec3 radiance() {
    vec3 n = normal * inversesqrt(max(dot(normal, normal), 1e-30));
    // Feet and hems shade each other and themselves: ambient light falls toward the ground.
    float open_ = mix(0.55, 1.0, smoothstep(0.0, 0.9, rest.z));
    return through_haze(albedo() * light_at(n, offset_m, sunlight_reaches(offset_m)) * open_, offset_m);
}
#else
vec3 radiance() {
    return mix(cloth, sash, line(rest.z - sash_m, 0.035)) * light + air;
}
#endif

void main() {
#if MATERIAL == PROBE
    result = vec4(view.eye_m.xyz + offset_m, 1.0);
#else
    result = vec4(min(radiance(), BRIGHTEST), 1.0);
#endif
}
