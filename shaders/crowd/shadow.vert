#version 430 core
// A figure as the sun sees it, in one square of the shadow picture (as shadow/shadow.vert does for a set).
#require PAINTED
#require FLAT
#include "crowd/person.glsl"

layout(location = 0) in vec3 in_position;
layout(location = 2) in vec4 in_swing;
layout(location = 3) in float in_head;
layout(location = 5) in vec4 in_figure;  // feet in stage space; number
layout(location = 6) in vec4 in_motion;

uniform vec4 across;  // xyz . place + w: metres over the square's radius
uniform vec4 along;
uniform vec4 depth;   // 0 to 1

#include "crowd/motion.glsl"

void main() {
    vec3 p = in_position, n = vec3(0.0);
    stand(p, n, people[int(in_figure.w)]);
    vec4 place = vec4(in_figure.xyz + p, 1.0);
    gl_Position = vec4(dot(across, place), dot(along, place), max(2.0 * dot(depth, place) - 1.0, -1.0), 1.0);
}
