// Light from all sides on a surface: of the background, or between two colours from above and below.
#require AMBIENT_SH

#if AMBIENT_SH
// Irradiance of the background over pi, as nine spherical harmonics; written by shaders/environment/irradiance.comp.
layout(std140, binding = 1) uniform Irradiance {
    vec4 harmonic[9];
} irradiance;

vec3 ambient_on(vec3 n) {
    vec3 light = irradiance.harmonic[0].rgb
        + irradiance.harmonic[1].rgb * n.y + irradiance.harmonic[2].rgb * n.z + irradiance.harmonic[3].rgb * n.x
        + irradiance.harmonic[4].rgb * (n.x * n.y) + irradiance.harmonic[5].rgb * (n.y * n.z)
        + irradiance.harmonic[6].rgb * (3.0 * n.z * n.z - 1.0)
        + irradiance.harmonic[7].rgb * (n.x * n.z) + irradiance.harmonic[8].rgb * (n.x * n.x - n.y * n.y);
    return max(light, 0.0) * view.background.w;
}
#else
vec3 ambient_on(vec3 n) {
    return view.ambient_mean.rgb + view.ambient_half.rgb * n.z;
}
#endif
