#version 430 core
// Table: light scattered twice or more (Hillaire 2020, equations 5 to 10).
#include "sky/air.glsl"

layout(binding = 0) uniform sampler2D through;

uniform vec2 size_px;
uniform float aerosol;
uniform vec3 ground_albedo;

layout(location = 0) out vec4 result;

const int RINGS = 8;
const int SPOKES = 4;
const int STEPS = 16;

vec3 light = vec3(0.0);
vec3 share = vec3(0.0);

vec2 height_and_sun(float radius, vec3 way, vec3 sun) {
    vec3 place = way + vec3(0.0, 0.0, radius);
    float distance_km = length(place);
    return vec2(distance_km - PLANET_KM, dot(place, sun) / distance_km);
}

void along(float radius, vec3 direction, vec3 sun) {
    float ground = way_to_ground_km(radius, direction.z);
    float way = ground >= 0.0 ? ground : way_to_top_km(radius, direction.z);
    vec3 passed_all = vec3(1.0);
    for (int i = 0; i < STEPS; ++i) {
        vec2 part = step_of(i, STEPS) * way;
        vec2 at = height_and_sun(radius, direction * part.x, sun);
        Air air = air_at(at.x, aerosol);
        vec3 passed = exp(-air.lost * part.y);
        vec3 scattered = passed_all * (air.rayleigh + air.mie) * (1.0 - passed) / air.lost;
        light += scattered * sunlight(through, at.x, at.y) / (4.0 * PI);
        share += scattered;
        passed_all *= passed;
    }
    if (ground >= 0.0) {
        float sun_z = height_and_sun(radius, direction * ground, sun).y;
        light += passed_all * sunlight(through, 0.0, sun_z) * max(sun_z, 0.0) * ground_albedo / PI;
    }
}

void main() {
    vec2 place = (gl_FragCoord.xy - 0.5) / (size_px - 1.0);
    float height = max(place.y * place.y * (TOP_KM - PLANET_KM), 1e-3);
    float root = 2.0 * place.x - 1.0;
    float sun_z = sign(root) * root * root;
    vec3 sun = vec3(sqrt(max(1.0 - sun_z * sun_z, 0.0)), 0.0, sun_z);
    for (int ring = 0; ring < RINGS; ++ring) {
        float up = 1.0 - 2.0 * (float(ring) + 0.5) / float(RINGS);
        for (int spoke = 0; spoke < SPOKES; ++spoke) {
            float turn = 2.0 * PI * (float(spoke) + 0.5) / float(SPOKES);
            along(PLANET_KM + height, vec3(sqrt(1.0 - up * up) * vec2(cos(turn), sin(turn)), up), sun);
        }
    }
    float count = float(RINGS * SPOKES);
    result = vec4(light / count / (1.0 - share / count), 1.0);
}
