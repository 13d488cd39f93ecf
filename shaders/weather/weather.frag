#version 430 core
// A soft trace; a wisp is torn by its own noise and ends at the ground.
#require WISP

in vec2 place;
flat in float reach;
flat in vec4 light;
#if WISP
in float height;
in vec2 torn;
#endif

layout(location = 0) out vec4 result;

#if WISP
layout(binding = 0) uniform sampler2D uneven;  // repeats
#endif

void main() {
    float beyond = max(abs(place.x) - reach, 0.0);
    float inside = max(1.0 - (beyond * beyond + place.y * place.y), 0.0);
    float alpha = light.a * inside * inside;
#if WISP
    float up = min(height, 1.0);
    alpha *= texture(uneven, torn).r * (up * up * (3.0 - 2.0 * up));
#endif
    result = vec4(light.rgb * alpha, alpha);
}
