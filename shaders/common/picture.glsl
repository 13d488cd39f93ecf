// Samples a rectilinear picture at a place in texels from its lower left corner.
#require PROBE
#require MATERIAL

#if MATERIAL == PROBE
// A probe picture holds stage positions. On the image plane, a filtered value is the weighted mean of the texels'
// places; so positions are mixed in perspective (offset over depth), which keeps that mean.
vec4 sampled(sampler2D picture, vec2 texel, vec3 eye_m, vec3 forward) {
    vec2 low = floor(texel - 0.5);
    vec2 part = texel - 0.5 - low;
    vec4 sum = vec4(0.0);
    for (int i = 0; i < 4; ++i) {
        ivec2 step_px = ivec2(i & 1, i >> 1);
        vec2 side = mix(1.0 - part, part, vec2(step_px));
        vec3 offset_m = texelFetch(picture, ivec2(low) + step_px, 0).xyz - eye_m;
        float weight = side.x * side.y / dot(forward, offset_m);
        sum += weight * vec4(offset_m, 1.0);
    }
    return vec4(eye_m + sum.xyz / sum.w, 1.0);
}
#else
vec4 sampled(sampler2D picture, vec2 texel, vec3 eye_m, vec3 forward) {
    return textureLod(picture, texel / vec2(textureSize(picture, 0)), 0.0);
}
#endif
