// Transfer functions of walls, as in stage/maths/colour_transfer.py. `kind` is a constant wherever these are
// called, so one branch remains.
#require GAMMA_22
#require GAMMA_24
#require SRGB
#require PQ
#require HLG

uniform float peak_nits;

const vec3 LUMA_2020 = vec3(0.2627, 0.6780, 0.0593);
const float HLG_A = 0.17883277, HLG_B = 0.28466892, HLG_C = 0.55991073;  // ITU-R BT.2100-2 table 5

// SMPTE ST 2084, of absolute nits.
vec3 pq_signal(vec3 nits) {
    vec3 y = pow(nits / 10000.0, vec3(2610.0 / 16384.0));
    return pow((3424.0 / 4096.0 + y * (2413.0 / 128.0)) / (1.0 + y * (2392.0 / 128.0)), vec3(2523.0 / 32.0));
}

vec3 pq_nits(vec3 signal) {
    vec3 root = pow(signal, vec3(32.0 / 2523.0));
    vec3 y = max(root - 3424.0 / 4096.0, 0.0) / (2413.0 / 128.0 - root * (2392.0 / 128.0));
    return 10000.0 * pow(y, vec3(16384.0 / 2610.0));
}

vec3 srgb_signal(vec3 value) {
    return mix(1.055 * pow(value, vec3(1.0 / 2.4)) - 0.055, value * 12.92, lessThanEqual(value, vec3(0.0031308)));
}

vec3 srgb_value(vec3 signal) {
    return mix(pow((signal + 0.055) / 1.055, vec3(2.4)), signal / 12.92, lessThanEqual(signal, vec3(0.04045)));
}

// The system gamma of an HLG display (BT.2100-2 note 5f).
float hlg_gamma() {
    return 1.2 + 0.42 * log(clamp(peak_nits, 400.0, 2000.0) / 1000.0) / log(10.0);
}

vec3 hlg_signal(vec3 value) {
    float luma = dot(value, LUMA_2020);
    float gamma = hlg_gamma();
    vec3 light = min(value * (luma > 0.0 ? pow(luma, (1.0 - gamma) / gamma) : 0.0), vec3(1.0));
    vec3 upper = HLG_A * log(max(12.0 * light - HLG_B, 1e-12)) + HLG_C;
    return mix(upper, sqrt(3.0 * light), lessThanEqual(light, vec3(1.0 / 12.0)));
}

vec3 hlg_value(vec3 signal) {
    vec3 upper = (exp((signal - HLG_C) / HLG_A) + HLG_B) / 12.0;
    vec3 light = mix(upper, signal * signal / 3.0, lessThanEqual(signal, vec3(0.5)));
    return light * pow(dot(light, LUMA_2020), hlg_gamma() - 1.0);
}

// Light in nits, 0 to the wall's peak (PQ: to 10000), to a signal, 0 to 1.
vec3 signal_of(vec3 nits, int kind) {
    if (kind == PQ) return pq_signal(nits);
    vec3 value = nits / peak_nits;
    if (kind == SRGB) return srgb_signal(value);
    if (kind == HLG) return hlg_signal(value);
    return pow(value, vec3(kind == GAMMA_22 ? 1.0 / 2.2 : 1.0 / 2.4));
}

// A signal, 0 to 1, to light in nits.
vec3 nits_of(vec3 signal, int kind) {
    if (kind == PQ) return pq_nits(signal);
    if (kind == SRGB) return peak_nits * srgb_value(signal);
    if (kind == HLG) return peak_nits * hlg_value(signal);
    return peak_nits * pow(signal, vec3(kind == GAMMA_22 ? 2.2 : 2.4));
}
