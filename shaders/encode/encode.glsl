// Scene-linear light (1.0 = 100 nits) to the wall's 8 bit code values: peak limit, transfer, dither.
#require TRANSFER
#require GAMMA_24
#require SRGB
#require PQ

uniform float peak_nits;

const float NITS_PER_UNIT = 100.0;
const float MOST_LIGHT = 65504.0;  // the largest half float: more than any wall, yet finite

// What no light can be becomes none (NaN, negative) or the most there is (infinite).
vec4 lawful(vec4 light) {
    return mix(clamp(light, 0.0, MOST_LIGHT), vec4(0.0), isnan(light));
}

// SMPTE ST 2084, of absolute nits (colour.md section 2).
vec3 pq(vec3 nits) {
    vec3 y = pow(nits / 10000.0, vec3(2610.0 / 16384.0));
    return pow((3424.0 / 4096.0 + y * (2413.0 / 128.0)) / (1.0 + y * (2392.0 / 128.0)), vec3(2523.0 / 32.0));
}

vec3 srgb(vec3 value) {
    return mix(1.055 * pow(value, vec3(1.0 / 2.4)) - 0.055, value * 12.92, lessThanEqual(value, vec3(0.0031308)));
}

// An 8 x 8 ordered pattern (Bayer 1973) in (-0.5, 0.5): fixed on the wall, so a still picture stands still, and too
// small to move an exact code value.
float dither() {
    uvec2 p = uvec2(gl_FragCoord.xy) & 7u;
    uint crossed = p.x ^ p.y;
    uint rank = ((crossed & 1u) << 5) | ((p.y & 1u) << 4) | ((crossed & 2u) << 2) | ((p.y & 2u) << 1)
        | ((crossed & 4u) >> 1) | ((p.y & 4u) >> 2);
    return (float(rank) + 0.5) / 64.0 - 0.5;
}

vec3 encoded(vec3 light) {
    vec3 nits = min(light * NITS_PER_UNIT, vec3(peak_nits));
#if TRANSFER == PQ
    vec3 value = pq(nits);
#elif TRANSFER == SRGB
    vec3 value = srgb(nits / peak_nits);
#else
    vec3 value = pow(nits / peak_nits, vec3(1.0 / 2.4));
#endif
    return clamp(value + dither() / 255.0, 0.0, 1.0);
}
