#version 430 core
// A splat's square, as far as it is stronger than one code of 8 bits.
#include "common/view.glsl"
#include "common/light.glsl"

layout(location = 0) in vec4 in_place;
layout(location = 1) in vec4 in_axes;
layout(location = 2) in vec4 in_light;

out vec2 deviations;
flat out vec4 light;

void main() {
    vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1) * 2.0 - 1.0;
    deviations = corner * sqrt(2.0 * log(max(255.0 * in_light.a, 1.0)));
    vec3 offset_m = (view.direction_from_ndc * vec3(in_place.xy, 1.0)).xyz * in_place.w;
    light = vec4(through_haze(in_light.rgb, offset_m), in_light.a);
    gl_Position = vec4(in_place.xy + in_axes.xy * deviations.x + in_axes.zw * deviations.y, in_place.z, 1.0);
}
