#version 430 core
// A set as the sun sees it: places in one square of the shadow picture. Anything in front of the first depth is
// flattened onto it, to cast a shadow all the same.
layout(location = 0) in vec3 in_position;
layout(location = 2) in vec2 in_uv;
layout(location = 4) in vec3 in_row_x;
layout(location = 5) in vec3 in_row_y;
layout(location = 6) in vec3 in_row_z;
layout(location = 7) in vec3 in_origin;
layout(location = 8) in vec4 in_base_colour;
layout(location = 10) in float in_alpha_cutoff;

uniform vec4 across;  // xyz . place + w: metres over the square's radius
uniform vec4 along;
uniform vec4 depth;   // 0 to 1

out vec2 uv;
flat out float alpha;
flat out float alpha_cutoff;

void main() {
    vec4 place = vec4(in_origin + vec3(dot(in_row_x, in_position), dot(in_row_y, in_position), dot(in_row_z, in_position)), 1.0);
    uv = in_uv;
    alpha = in_base_colour.a;
    alpha_cutoff = in_alpha_cutoff;
    gl_Position = vec4(dot(across, place), dot(along, place), max(2.0 * dot(depth, place) - 1.0, -1.0), 1.0);
}
