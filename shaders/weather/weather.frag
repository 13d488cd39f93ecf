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
float hashed(vec2 cell) {
    vec3 p = fract(cell.xyx * vec3(0.1031, 0.1030, 0.0973));
    p += dot(p, p.yzx + 33.33);
    return fract((p.x + p.y) * p.z);
}

float torn(vec2 at) {
    vec2 cell = floor(at), part = at - cell, s = part * part * (3.0 - 2.0 * part);
    return mix(mix(hashed(cell), hashed(cell + vec2(1, 0)), s.x), mix(hashed(cell + vec2(0, 1)), hashed(cell + vec2(1, 1)), s.x), s.y);
}
#endif

void main() {
    float beyond = max(abs(place.x) - size.x, 0.0);
    float inside = max(1.0 - (beyond * beyond + place.y * place.y) / (size.y * size.y), 0.0);
    float alpha = light.a * inside * inside;
#if WISP
    alpha *= smoothstep(0.2, 0.9, 0.65 * torn(place * vec2(1.1, 2.2) + seed) + 0.35 * torn(place * vec2(3.1, 6.0) + seed.yx));
    alpha *= smoothstep(0.0, 0.6, height_m);
#endif
    result = vec4(min(light.rgb, BRIGHTEST) * alpha, alpha);
}
