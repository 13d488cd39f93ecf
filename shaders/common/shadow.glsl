// The share of the sun that reaches a place: squares round the stage's origin, each drawn from the sun, side by side in
// one depth picture. They depend on the sun and the set alone, so all views and tiles agree and no shadow swims.
#require CASCADES

layout(binding = 8) uniform sampler2DShadow sun_depth;

const float CASCADE_EDGE = 1.03;  // a cascade ends a little before its picture does

// From 0 to 1 toward the end of the last square: there is no shadow beyond.
float past_the_squares(float reach_m) {
    return smoothstep(0.9, 1.0, reach_m / view.shadow_radius_m[CASCADES - 1]);
}

float unshadowed(vec3 offset_m) {
    vec2 across = vec2(dot(view.shadow_x.xyz, offset_m) + view.shadow_x.w,
                       dot(view.shadow_y.xyz, offset_m) + view.shadow_y.w);
    return past_the_squares(max(abs(across.x), abs(across.y)) * CASCADE_EDGE);
}

float sunlit(vec3 normal, vec3 offset_m) {
    vec2 across = vec2(dot(view.shadow_x.xyz, offset_m) + view.shadow_x.w,
                       dot(view.shadow_y.xyz, offset_m) + view.shadow_y.w);
    float reach = max(abs(across.x), abs(across.y)) * CASCADE_EDGE;
    int cascade = 0;
    for (int i = 0; i < CASCADES - 1; ++i) cascade += int(reach > view.shadow_radius_m[i]);
    float radius_m = view.shadow_radius_m[cascade];
    vec2 texel = 1.0 / vec2(textureSize(sun_depth, 0));
    float texel_m = 2.0 * radius_m * texel.y;
    // Sample slightly off the surface, more at grazing light: no surface shades itself.
    float slope = 1.0 - max(dot(normal, view.toward_sun.xyz), 0.0);
    vec3 lifted = offset_m + normal * (texel_m * (0.6 + 1.4 * slope));
    vec3 place = vec3(dot(view.shadow_x.xyz, lifted) + view.shadow_x.w,
                      dot(view.shadow_y.xyz, lifted) + view.shadow_y.w,
                      dot(view.shadow_z.xyz, lifted) + view.shadow_z.w);
    vec2 square = clamp(place.xy / (2.0 * radius_m) + 0.5, 2.0 * texel.y, 1.0 - 2.0 * texel.y);
    vec3 low = vec3((square.x + float(cascade)) / float(CASCADES), square.y, place.z);
    // Four bilinear comparisons: a tent of three texels.
    float lit = texture(sun_depth, low + vec3(-0.5, -0.5, 0.0) * vec3(texel, 1.0))
        + texture(sun_depth, low + vec3(0.5, -0.5, 0.0) * vec3(texel, 1.0))
        + texture(sun_depth, low + vec3(-0.5, 0.5, 0.0) * vec3(texel, 1.0))
        + texture(sun_depth, low + vec3(0.5, 0.5, 0.0) * vec3(texel, 1.0));
    return mix(lit * 0.25, 1.0, past_the_squares(reach));
}
