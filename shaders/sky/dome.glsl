// The place of a sky direction in a dome table: across by the sine of half the azimuth from the light, up with small
// texels near the horizon (by the root of the elevation there, evenly toward the zenith).
vec2 dome_place(vec3 direction, vec2 toward_light) {
    float across = inversesqrt(max(dot(direction.xy, direction.xy), 1e-12)) * dot(direction.xy, toward_light);
    float fall = sqrt(1.0 - clamp(direction.z, 0.0, 1.0));
    return vec2(sqrt(max(0.5 - 0.5 * across, 0.0)), sqrt(1.0 - fall));
}

// The inverse: the light is toward +Y.
vec3 dome_direction(vec2 place) {
    float azimuth = 2.0 * asin(clamp(place.x, 0.0, 1.0));
    float fall = 1.0 - place.y * place.y;
    float up = 1.0 - fall * fall;
    return vec3(sqrt(max(1.0 - up * up, 0.0)) * vec2(sin(azimuth), cos(azimuth)), up);
}
