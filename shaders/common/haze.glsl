// The air between the eye and a surface; needs common/view.glsl.

// A surface's radiance through the air up to it, plus haze: brighter toward the sun, thinner with height (the mean
// density along the way, from the eye's own).
vec3 through_haze(vec3 radiance, vec3 offset_m) {
    float distance_m = length(offset_m);
    float toward = 0.5 + 0.5 * dot(offset_m, view.toward_sun.xyz) / max(distance_m, 1e-6);
    float third = toward * toward * toward;
    float rise = max(view.haze_glow.a * offset_m.z, -20.0);
    float thinner = abs(rise) < 1e-3 ? 1.0 - 0.5 * rise : (1.0 - exp(-rise)) / rise;
    return mix(view.haze.rgb + view.haze_glow.rgb * third * third, radiance, exp(-view.haze.a * distance_m * thinner));
}

// The same for haze that is uniform in height and has no glow: common, and cheaper.
vec3 through_even_haze(vec3 radiance, vec3 offset_m) {
    return mix(view.haze.rgb, radiance, exp(-view.haze.a * length(offset_m)));
}
