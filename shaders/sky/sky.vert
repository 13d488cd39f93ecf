#version 430 core
// One triangle over the whole view, behind everything.
#include "common/view.glsl"

out vec3 direction;

void main() {
    vec2 ndc = vec2(gl_VertexID == 1 ? 3.0 : -1.0, gl_VertexID == 2 ? 3.0 : -1.0);
    vec4 turned = view.direction_from_ndc * vec3(ndc, 1.0);
    direction = turned.xyz;
    gl_Position = vec4(ndc, 1.0, 1.0);
}
