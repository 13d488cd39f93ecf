// Rain and snow on a surface: wet surfaces are darker and smoother, with puddles where they are level; snow covers what
// faces up, with a soft uneven edge. The unevenness is fixed in stage space and fades before it is finer than a pixel.
float hashed(vec2 cell) {
    vec3 p = fract(cell.xyx * vec3(0.1031, 0.1030, 0.0973));
    p += dot(p, p.yzx + 33.33);
    return fract((p.x + p.y) * p.z);
}

float uneven(vec2 place) {
    vec2 cell = floor(place), part = place - cell;
    vec2 s = part * part * (3.0 - 2.0 * part);
    return mix(mix(hashed(cell), hashed(cell + vec2(1, 0)), s.x), mix(hashed(cell + vec2(0, 1)), hashed(cell + vec2(1, 1)), s.x), s.y);
}

// 0 to 1, mean 0.5; large (2 m) and small (0.4 m) humps.
float unevenness(vec3 place_m, float pixel_m) {
    vec2 place = place_m.xy + 0.37 * place_m.z;
    float large = uneven(place * 0.5) - 0.5, small = uneven(place * 2.5 + 7.3) - 0.5;
    return 0.5 + large * 0.7 * clamp(2.0 - pixel_m, 0.0, 1.0) + small * 0.3 * clamp(2.0 - 5.0 * pixel_m, 0.0, 1.0);
}

struct Weathered {
    vec3 base;
    float metallic;
    float roughness;
    float flatness;  // how much of the mapped normal gives way to the surface's own
    float film;      // how much of the gloss is water's
};

// `shade`: light painted into the surface, which applies to snow as well.
Weathered weathered(vec3 base, float metallic, float roughness, float shade, vec3 n, vec3 place_m, float pixel_m) {
    float hump = unevenness(place_m, pixel_m);
    float wet = view.lamps.z * smoothstep(-0.9, 0.3, n.z);
    float level = view.lamps.z * smoothstep(0.9, 0.99, n.z);
    float puddle = level * smoothstep(0.55, 0.8, hump + 0.25 * view.lamps.z - 0.1);
    base *= mix(1.0, 0.5, max(wet * 0.7, puddle) * (1.0 - metallic));
    roughness = mix(mix(roughness, roughness * 0.55, wet), 0.08, puddle);
    float needed = mix(1.25, 0.1, sqrt(view.lamps.w));
    float snow = smoothstep(needed - 0.12, needed + 0.12, n.z + (hump - 0.5) * 0.7) * smoothstep(0.1, 0.5, n.z);
    vec3 white = vec3(0.80, 0.83, 0.87) * (shade * (0.94 + 0.12 * hump));
    return Weathered(mix(base, white, snow), metallic * (1.0 - snow), mix(roughness, 0.85, snow), max(snow, puddle), wet * (1.0 - snow));
}
