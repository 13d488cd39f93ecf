// Light inside (Rec.709, 1.0 = 100 nits) to light of the wall. Written by render/wall/calibration.py; the reference
// is stage/calibration/wall_calibration.py. Parts a wall does not have are not compiled; bypassed parts run zero times.
#require MATRIX
#require LUT_1D
#require LUT_3D
#require LUT_FIRST
#require LUT_IN
#require LUT_OUT

#if MATRIX
uniform mat3 wall_from_scene;
#endif
#if LUT_FIRST
uniform mat3 wall_from_lut;
#endif
#if LUT_1D || LUT_3D
uniform int luts_on;  // 0 or 1: a loop, because a software renderer executes both sides of a branch
#endif
#if LUT_1D
layout(binding = 12) uniform sampler2D lut_1d;
uniform vec3 low_1d;
uniform vec3 per_span_1d;

vec3 through_curves(vec3 value) {
    int last = textureSize(lut_1d, 0).x - 1;
    vec3 place = clamp((value - low_1d) * per_span_1d, 0.0, 1.0) * float(last);
    ivec3 base = min(ivec3(place), last - 1);
    vec3 part = place - vec3(base);
    vec3 below = vec3(texelFetch(lut_1d, ivec2(base.r, 0), 0).r, texelFetch(lut_1d, ivec2(base.g, 0), 0).g,
                      texelFetch(lut_1d, ivec2(base.b, 0), 0).b);
    vec3 above = vec3(texelFetch(lut_1d, ivec2(base.r + 1, 0), 0).r, texelFetch(lut_1d, ivec2(base.g + 1, 0), 0).g,
                      texelFetch(lut_1d, ivec2(base.b + 1, 0), 0).b);
    return mix(below, above, part);
}
#endif
#if LUT_3D
layout(binding = 13) uniform sampler3D lut_3d;
uniform vec3 low_3d;
uniform vec3 per_span_3d;

// The value's tetrahedron, one of six in its cell (Sakamoto 1981): from the low corner along the axis of the largest
// part, then the next, to the high corner.
vec3 through_cube(vec3 value) {
    int last = textureSize(lut_3d, 0).x - 1;
    vec3 place = clamp((value - low_3d) * per_span_3d, 0.0, 1.0) * float(last);
    ivec3 base = min(ivec3(place), last - 1);
    vec3 part = place - vec3(base);
    ivec3 first = part.r >= part.g ? (part.r >= part.b ? ivec3(1, 0, 0) : ivec3(0, 0, 1))
                                   : (part.g >= part.b ? ivec3(0, 1, 0) : ivec3(0, 0, 1));
    ivec3 least = part.r < part.g ? (part.r < part.b ? ivec3(1, 0, 0) : ivec3(0, 0, 1))
                                  : (part.g < part.b ? ivec3(0, 1, 0) : ivec3(0, 0, 1));
    float large = max(max(part.r, part.g), part.b), small = min(min(part.r, part.g), part.b);
    float middle = part.r + part.g + part.b - large - small;
    return (1.0 - large) * texelFetch(lut_3d, base, 0).rgb
        + (large - middle) * texelFetch(lut_3d, base + first, 0).rgb
        + (middle - small) * texelFetch(lut_3d, base + 1 - least, 0).rgb
        + small * texelFetch(lut_3d, base + 1, 0).rgb;
}
#endif

vec3 calibrated(vec3 light) {
#if MATRIX
    light = max(wall_from_scene * light, 0.0);
#endif
#if LUT_1D || LUT_3D
    for (int i = 0; i < luts_on; ++i) {
        float most_nits = LUT_IN == PQ ? 10000.0 : peak_nits;
        vec3 value = signal_of(min(light * NITS_PER_UNIT, vec3(most_nits)), LUT_IN);
#if LUT_1D
        value = through_curves(value);
#if LUT_FIRST
        vec3 nits = max(wall_from_lut * nits_of(clamp(value, 0.0, 1.0), LUT_IN), 0.0);
        value = signal_of(min(nits, vec3(most_nits)), LUT_IN);
#endif
#endif
#if LUT_3D
        value = through_cube(value);
#endif
        light = nits_of(clamp(value, 0.0, 1.0), LUT_OUT) / NITS_PER_UNIT;
    }
#endif
    return light;
}
