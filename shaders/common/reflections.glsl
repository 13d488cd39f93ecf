// The background as surfaces of each roughness reflect it: octahedral squares side by side, sharp on the left, each
// with a border of one texel. Written by shaders/environment/prefilter.frag.
#require ROUGHNESS_STEPS
#include "common/octahedron.glsl"

layout(binding = 9) uniform sampler2D reflections;
layout(binding = 10) uniform sampler2D gloss_table;

vec3 mirrored_background(vec3 direction, float roughness) {
    vec2 size = vec2(textureSize(reflections, 0));
    float square = size.x / float(ROUGHNESS_STEPS);
    vec2 place = 1.0 + octahedron_place(direction) * (square - 2.0);
    float step_at = roughness * float(ROUGHNESS_STEPS - 1);
    float low = min(floor(step_at), float(ROUGHNESS_STEPS - 2));
    vec3 sharp = textureLod(reflections, (place + vec2(low * square, 0.0)) / size, 0.0).rgb;
    vec3 soft = textureLod(reflections, (place + vec2((low + 1.0) * square, 0.0)) / size, 0.0).rgb;
    return mix(sharp, soft, step_at - low) * view.background.w;
}

// Scale and bias of f0: render/layers/mesh/gloss_table.py.
vec2 gloss_at(float n_v, float roughness) {
    vec2 steps = vec2(textureSize(gloss_table, 0));
    vec2 place = vec2(sqrt(n_v), roughness) * (steps - 1.0) + 0.5;
    return textureLod(gloss_table, place / steps, 0.0).rg;
}
