#version 430 core
// A wall's triangles on its canvas: (0, 0) is the upper left corner there, the lower left one in OpenGL.
layout(location = 0) in vec2 in_canvas_px;
layout(location = 1) in vec3 in_corner_m;
layout(location = 2) in vec2 in_corner_px;
layout(location = 3) in vec3 in_right_m;
layout(location = 4) in vec3 in_down_m;

uniform vec2 canvas_px;

flat out vec3 corner_m;
flat out vec2 corner_px;
flat out vec3 right_m;
flat out vec3 down_m;

void main() {
    corner_m = in_corner_m;
    corner_px = in_corner_px;
    right_m = in_right_m;
    down_m = in_down_m;
    vec2 place = in_canvas_px / canvas_px;
    gl_Position = vec4(2.0 * place.x - 1.0, 1.0 - 2.0 * place.y, 0.0, 1.0);
}
