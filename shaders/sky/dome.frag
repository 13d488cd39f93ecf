#version 430 core
// Table: the radiance of the clear sky for one light (the sun or the moon), by direction.
#require MIE_FORWARD
#include "sky/air.glsl"
#include "sky/dome.glsl"

layout(binding = 0) uniform sampler2D through;
layout(binding = 1) uniform sampler2D often;

uniform vec2 size_px;
uniform float aerosol;
uniform float altitude_km;
uniform float light_elevation_rad;

layout(location = 0) out vec4 result;

const int STEPS = 32;

float rayleigh_phase(float cosine) {
    return 3.0 / (16.0 * PI) * (1.0 + cosine * cosine);
}

// Cornette and Shanks (1992).
float mie_phase(float cosine) {
    const float G2 = MIE_FORWARD * MIE_FORWARD;
    float shape = (1.0 - G2) * (1.0 + cosine * cosine) / ((2.0 + G2) * pow(1.0 + G2 - 2.0 * MIE_FORWARD * cosine, 1.5));
    return 3.0 / (8.0 * PI) * shape;
}

void main() {
    vec3 direction = dome_direction((gl_FragCoord.xy - 0.5) / (size_px - 1.0));
    vec3 sun = vec3(0.0, cos(light_elevation_rad), sin(light_elevation_rad));
    float radius = PLANET_KM + altitude_km;
    float way = way_to_top_km(radius, direction.z);
    float angle = dot(direction, sun);
    float rayleigh = rayleigh_phase(angle), mie = mie_phase(angle);
    vec3 light = vec3(0.0), passed_all = vec3(1.0);
    for (int i = 0; i < STEPS; ++i) {
        vec2 part = step_of(i, STEPS) * way;
        vec3 place = direction * part.x + vec3(0.0, 0.0, radius);
        float distance_km = length(place);
        float height = distance_km - PLANET_KM, sun_z = dot(place, sun) / distance_km;
        Air air = air_at(height, aerosol);
        vec3 source = sunlight(through, height, sun_z) * (air.rayleigh * rayleigh + air.mie * mie)
            + scattered_often(often, height, sun_z) * (air.rayleigh + air.mie);
        vec3 passed = exp(-air.lost * part.y);
        light += passed_all * source * (1.0 - passed) / air.lost;
        passed_all *= passed;
    }
    result = vec4(light, 1.0);
}
