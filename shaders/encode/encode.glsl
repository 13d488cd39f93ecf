// Light of the wall (1.0 = 100 nits) to its code values: peak limit, transfer, range, dither.
#require TRANSFER
#require KNEE
#require CODE_STEP
#include "common/transfer.glsl"

uniform vec4 codes;  // signal to code value over the largest: factor, term; then black and the highest allowed
#if KNEE
uniform float knee;  // share of the peak above which light is compressed
#endif

const float NITS_PER_UNIT = 100.0;
const float MOST_LIGHT = 65504.0;  // the largest half float: more than any wall, yet finite

// Invalid light becomes zero (NaN, negative) or the maximum (infinite).
vec4 lawful(vec4 light) {
    return mix(clamp(light, 0.0, MOST_LIGHT), vec4(0.0), isnan(light));
}

// An 8 x 8 ordered pattern (Bayer 1973) in (-0.5, 0.5): fixed on the wall, so a still picture stays still, and too
// small to change an exact code value.
float dither() {
    uvec2 p = uvec2(gl_FragCoord.xy) & 7u;
    uint crossed = p.x ^ p.y;
    uint rank = ((crossed & 1u) << 5) | ((p.y & 1u) << 4) | ((crossed & 2u) << 2) | ((p.y & 2u) << 1)
        | ((crossed & 4u) >> 1) | ((p.y & 4u) >> 2);
    return (float(rank) + 0.5) / 64.0 - 0.5;
}

#if KNEE
// The brightest channel bends toward the peak and scales the others with it: hue is kept.
vec3 pressed(vec3 nits) {
    float most = max(max(nits.r, nits.g), nits.b);
    float low = knee * peak_nits, room = peak_nits - low;
    float bent = low + room * (1.0 - exp(-max(most - low, 0.0) / room));
    return most > low ? nits * (bent / most) : nits;
}
#endif

vec3 encoded(vec3 light) {
#if KNEE
    vec3 nits = min(pressed(light * NITS_PER_UNIT), vec3(peak_nits));
#else
    vec3 nits = min(light * NITS_PER_UNIT, vec3(peak_nits));
#endif
    vec3 code = clamp(signal_of(nits, TRANSFER) * codes.x + codes.y + dither() * CODE_STEP, codes.z, codes.w);
    // Mesa's software renderer does not round 10 bit values to the nearest; it does 8 bit ones, like all hardware.
    return CODE_STEP < 1.0 / 256.0 ? floor(code / CODE_STEP + 0.5) * CODE_STEP : code;
}
