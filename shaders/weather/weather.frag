#version 430 core
// A soft trace; of a wisp, torn by noise that is its own, and gone at the ground.
#require LIT
#require PROBE
#require MATERIAL
#require BRIGHTEST
#require WISP

in vec2 place;
flat in vec2 size;
flat in vec4 light;
#if WISP
in float height_m;
flat in vec2 seed;
#endif

layout(location = 0) out vec4 result;

#if WISP
layout(binding = 0) uniform sampler2D uneven;  // repeats
#endif

void main() {
    float beyond = max(abs(place.x) - size.x, 0.0);
    float inside = max(1.0 - (beyond * beyond + place.y * place.y) / (size.y * size.y), 0.0);
    float alpha = light.a * inside * inside;
#if WISP
    alpha *= smoothstep(0.2, 0.85, texture(uneven, place * vec2(0.06, 0.12) + seed).r);
    alpha *= smoothstep(0.0, 0.6, height_m);
#endif
    result = vec4(min(light.rgb, BRIGHTEST) * alpha, alpha);
}
