// How a surface reflects light: glTF 2.0, appendix B. GGX, height-correlated Smith, Schlick, Lambert; light from many
// bounces between microfacets is added (Turquin 2019), and the gloss' share is taken from the base, so a white surface
// in white light is white. The numpy reference is tests/shaders/brdf_oracle.py.
const float PI = 3.14159265358979;
const float SMOOTHEST = 0.05;  // for lamps and the sun: no sharper than the sun's disc
const float DIELECTRIC = 0.04;

struct Surface {
    vec3 base;
    float metallic;
    float a2;        // roughness^4: the square of GGX's alpha
    vec2 dfg;        // its scale and bias of f0: the share of white light from all sides reflected once
};

// Trowbridge and Reitz. 1 - (n.h)^2 by a cross product: keeps precision where it matters.
float distribution(vec3 n, vec3 h, float a2) {
    vec3 apart = cross(n, h);
    float n_h = dot(n, h);
    float d = a2 * n_h * n_h + dot(apart, apart);
    return a2 / (PI * d * d);
}

// G / (4 n.l n.v)
float visibility(float n_v, float n_l, float a2) {
    float to_light = n_v * sqrt(n_l * n_l * (1.0 - a2) + a2);
    float to_eye = n_l * sqrt(n_v * n_v * (1.0 - a2) + a2);
    return 0.5 / (to_light + to_eye);
}

vec3 fresnel(vec3 f0, float v_h) {
    float c = clamp(1.0 - v_h, 0.0, 1.0);
    float c2 = c * c;
    return f0 + (1.0 - f0) * (c2 * c2 * c);
}

// How much more a rough surface reflects than one bounce.
vec3 bounces(vec3 f0, vec2 dfg) {
    return 1.0 + f0 * (1.0 / (dfg.x + dfg.y) - 1.0);
}

// The reflected share of white light from all sides.
vec3 mirrored_share(vec3 f0, vec2 dfg) {
    return (f0 * dfg.x + dfg.y) * bounces(f0, dfg);
}

// The same of a surface that is part dielectric, part metal.
vec3 mirrored_share(Surface s) {
    return mix(mirrored_share(vec3(DIELECTRIC), s.dfg), mirrored_share(s.base, s.dfg), s.metallic);
}

// Lambert's colour below the gloss, less the gloss' share.
vec3 diffuse_share(Surface s) {
    return s.base * ((1.0 - s.metallic) * (1.0 - mirrored_share(vec3(DIELECTRIC), s.dfg).x));
}

Surface surface_of(vec3 base, float metallic, float roughness, vec2 dfg) {
    float a = roughness * roughness;
    return Surface(base, metallic, a * a, dfg);
}

// Times n.l: radiance per irradiance from direction l toward v (unit vectors).
vec3 brdf(Surface s, vec3 n, vec3 v, vec3 l) {
    float n_l = max(dot(n, l), 0.0);
    float n_v = max(dot(n, v), 1e-4);
    vec3 h = normalize(v + l);
    float v_h = dot(v, h);
    vec3 dielectric = fresnel(vec3(DIELECTRIC), v_h) * bounces(vec3(DIELECTRIC), s.dfg);
    vec3 colour = mix(dielectric, fresnel(s.base, v_h) * bounces(s.base, s.dfg), s.metallic);
    float lobe = distribution(n, h, s.a2) * visibility(n_v, max(n_l, 1e-4), s.a2);
    return (diffuse_share(s) / PI + lobe * colour) * n_l;
}
