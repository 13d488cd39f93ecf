// Light on a surface: a sun, and ambient light mixed by how far the normal points up.
vec3 light_on(vec3 normal) {
    return view.sun.rgb * max(dot(normal, view.toward_sun.xyz), 0.0)
        + view.ambient_mean.rgb + view.ambient_half.rgb * normal.z;
}

vec3 through_haze(vec3 radiance, float distance_m) {
    return mix(view.haze.rgb, radiance, exp(-view.haze.a * distance_m));
}
