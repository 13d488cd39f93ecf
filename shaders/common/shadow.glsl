// The share of the sun that reaches a place: squares round the stage's origin, each drawn from the sun, side by side in
// one depth picture. They depend on the sun and the set alone, so all views and tiles agree and no shadow swims.
#require CASCADES

layout(binding = 8) uniform sampler2DShadow sun_depth;
layout(binding = 11) uniform sampler2D sun_depth_itself;  // the same picture, not compared

const float CASCADE_EDGE = 1.05;  // a cascade ends a little before its picture does
// Sun and moon have nearly the same disc. The edge of a shadow is as wide as the disc seen past what casts it.
const float DISC_TAN = 0.00465;
const float WIDEST_TEXELS = 10.0;  // half of the widest edge: 10 cm in the nearest square of 2048 texels
const float NARROWEST_TEXELS = 1.0;
// Places spread evenly over the unit disc: sqrt((i + 0.5) / n) at i golden angles (Vogel 1979). They are the same at every
// pixel: no noise, nothing swims.
const vec2 SEARCHED[8] = vec2[](
    vec2(0.2500, 0.0000), vec2(-0.3193, 0.2925), vec2(0.0489, -0.5569), vec2(0.4024, 0.5249),
    vec2(-0.7385, -0.1306), vec2(0.6996, -0.4450), vec2(-0.2340, 0.8705), vec2(-0.4463, -0.8593)
);
const vec2 COMPARED[12] = vec2[](
    vec2(0.2041, 0.0000), vec2(-0.2607, 0.2388), vec2(0.0399, -0.4547), vec2(0.3286, 0.4286),
    vec2(-0.6030, -0.1067), vec2(0.5712, -0.3634), vec2(-0.1911, 0.7107), vec2(-0.3644, -0.7016),
    vec2(0.7906, 0.2887), vec2(-0.8224, 0.3395), vec2(0.3965, -0.8472), vec2(0.2930, 0.9341)
);

// From 0 to 1 toward the end of the last square: there is no shadow beyond.
float past_the_squares(float reach_m) {
    return smoothstep(0.9, 1.0, reach_m / view.shadow_radius_m[CASCADES - 1]);
}

float unshadowed(vec3 offset_m) {
    vec2 across = vec2(dot(view.shadow_x.xyz, offset_m) + view.shadow_x.w,
                       dot(view.shadow_y.xyz, offset_m) + view.shadow_y.w);
    return past_the_squares(max(abs(across.x), abs(across.y)) * CASCADE_EDGE);
}

// Soft by the disc's angle and the distance of what casts the shadow (percentage-closer soft shadows, Fernando 2005):
// first the mean depth of what stands before the light, then that many comparisons over the disc seen past it.
float sunlit(vec3 normal, vec3 offset_m) {
    vec2 across = vec2(dot(view.shadow_x.xyz, offset_m) + view.shadow_x.w,
                       dot(view.shadow_y.xyz, offset_m) + view.shadow_y.w);
    float reach = max(abs(across.x), abs(across.y)) * CASCADE_EDGE;
    int cascade = 0;
    for (int i = 0; i < CASCADES - 1; ++i) cascade += int(reach > view.shadow_radius_m[i]);
    float radius_m = view.shadow_radius_m[cascade];
    vec2 texel = 1.0 / vec2(textureSize(sun_depth, 0));
    float texel_m = 2.0 * radius_m * texel.y;
    float facing = dot(normal, view.toward_sun.xyz);
    if (facing <= 0.0) return 0.0;
    // Sample slightly off the surface, more at grazing light: no surface shades itself.
    vec3 lifted = offset_m + normal * (texel_m * (0.3 + 0.7 * (1.0 - facing)));
    vec3 place = vec3(dot(view.shadow_x.xyz, lifted) + view.shadow_x.w,
                      dot(view.shadow_y.xyz, lifted) + view.shadow_y.w,
                      dot(view.shadow_z.xyz, lifted) + view.shadow_z.w);
    float per_m = length(view.shadow_z.xyz);
    // Depth along the surface itself, a texel across and along.
    vec2 slope = vec2(dot(normal, view.shadow_x.xyz), dot(normal, view.shadow_y.xyz)) / max(facing, 0.15);
    slope *= per_m * texel_m;
    vec2 margin = (WIDEST_TEXELS + 1.0) * texel.yy;  // no tap reaches into the square beside it
    vec2 square = clamp(place.xy / (2.0 * radius_m) + 0.5, margin, 1.0 - margin);
    vec2 middle = vec2((square.x + float(cascade)) / float(CASCADES), square.y);

    float widest = clamp(DISC_TAN * place.z / (per_m * texel_m), 2.0 * NARROWEST_TEXELS, WIDEST_TEXELS);
    float before = 0.0, count = 0.0;
    for (int i = 0; i < SEARCHED.length(); ++i) {
        vec2 step = widest * SEARCHED[i];
        float depth = texture(sun_depth_itself, middle + step * texel).r;
        float nearer = float(depth < place.z + dot(slope, step));
        before += nearer * depth;
        count += nearer;
    }
    float beyond = past_the_squares(reach);
    if (count == 0.0) return 1.0;
    if (count == float(SEARCHED.length())) return beyond;
    float gap = max(place.z - before / count, 0.0) / (per_m * texel_m);
    float edge = clamp(DISC_TAN * gap, NARROWEST_TEXELS, widest);
    float lit = 0.0;
    for (int i = 0; i < COMPARED.length(); ++i) {
        vec2 step = edge * COMPARED[i];
        lit += texture(sun_depth, vec3(middle + step * texel, place.z + dot(slope, step)));
    }
    return mix(lit / float(COMPARED.length()), 1.0, beyond);
}
