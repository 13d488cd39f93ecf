// The place of a direction in an equirect picture: (0, 0) upper left corner; +Y is the middle column turned by `turns`
// (counter-clockwise from above). Sampled at an explicit level, so the wrap has no seam.
vec2 equirect_place(vec3 direction, float turns) {
    const float PI = 3.14159265358979;
    float across = 0.5 + atan(direction.x, direction.y) / (2.0 * PI) + turns;
    float down = atan(length(direction.xy), direction.z) / PI;
    return vec2(across, down);
}
