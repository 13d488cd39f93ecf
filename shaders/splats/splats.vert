#version 430 core
// A splat's outline, where it is stronger than one code of 8 bits: six corners, two triangles that make a square. A
// small splat is a single triangle round its ellipse, and the second has no area: there triangles cost more than
// pixels.
#include "splats/record.glsl"

layout(std430, binding = 3) readonly buffer Records { Record records[]; };

out vec2 deviations;
flat out vec4 light;

const vec2 SQUARE[6] = vec2[](
    vec2(-1.0, -1.0), vec2(1.0, -1.0), vec2(1.0, 1.0), vec2(1.0, 1.0), vec2(-1.0, 1.0), vec2(-1.0, -1.0));
const vec2 ROUND[6] = vec2[](
    vec2(0.0, 2.0), vec2(-1.7320508, -1.0), vec2(1.7320508, -1.0), vec2(0.0), vec2(0.0), vec2(0.0));

void main() {
    Record splat = records[gl_VertexID / 6];
    int number = gl_VertexID % 6;
    vec2 corner = splat.place.w < 0.0 ? ROUND[number] : SQUARE[number];
    deviations = corner * abs(splat.place.w);
    light = splat.light;
    gl_Position = vec4(splat.place.xy + splat.axes.xy * corner.x + splat.axes.zw * corner.y, splat.place.z, 1.0);
}
