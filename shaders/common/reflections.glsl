// The background as surfaces of each roughness reflect it: octahedral squares side by side, each with a border of one
// texel: sharp ones of roughness 0 and 0.2 (shaders/environment/prefilter.frag), then smaller ones from ROUGH_FROM to 1
// (shaders/environment/rough.frag).
#require ROUGHNESS_STEPS
#require ROUGH_STEPS
#require ROUGH_FROM
#require ROUGH_PX
#include "common/octahedron.glsl"

layout(binding = 9) uniform sampler2D reflections;
layout(binding = 10) uniform sampler2D gloss_table;

const float SHARP_SQUARES = ROUGH_FROM * float(ROUGHNESS_STEPS - 1);

vec3 reflected_square(vec2 place, float number, vec2 size) {
    bool sharp = number < SHARP_SQUARES;
    float square = sharp ? size.y : float(ROUGH_PX);
    float left = sharp ? number * size.y : SHARP_SQUARES * size.y + (number - SHARP_SQUARES) * float(ROUGH_PX);
    return textureLod(reflections, (1.0 + place * (square - 2.0) + vec2(left, 0.0)) / size, 0.0).rgb;
}

vec3 mirrored_background(vec3 direction, float roughness) {
    vec2 size = vec2(textureSize(reflections, 0));
    vec2 place = octahedron_place(direction);
    float rough = (roughness - ROUGH_FROM) / (1.0 - ROUGH_FROM) * float(ROUGH_STEPS - 1);
    float step_at = rough < 0.0 ? roughness * float(ROUGHNESS_STEPS - 1) : SHARP_SQUARES + rough;
    float low = min(floor(step_at), SHARP_SQUARES + float(ROUGH_STEPS - 2));
    vec3 one = reflected_square(place, low, size), next = reflected_square(place, low + 1.0, size);
    return mix(one, next, step_at - low) * view.background.w;
}

// Where the light comes from that a rough surface reflects most: nearer to its normal than the mirror's direction
// (Lagarde and de Rousiers 2014), from ROUGH_FROM on.
vec3 mirrored_way(vec3 n, vec3 mirrored, float roughness) {
    float a = roughness * roughness;
    float toward = mix(1.0, (1.0 - a) * (sqrt(1.0 - a) + a), smoothstep(ROUGH_FROM, ROUGH_FROM + 0.2, roughness));
    return normalize(mix(n, mirrored, toward));
}

// Scale and bias of f0: render/layers/mesh/gloss_table.py.
vec2 gloss_at(float n_v, float roughness) {
    vec2 steps = vec2(textureSize(gloss_table, 0));
    vec2 place = vec2(sqrt(n_v), roughness) * (steps - 1.0) + 0.5;
    return textureLod(gloss_table, place / steps, 0.0).rg;
}
