#version 430 core
// A relief's vertex; LIT and PROBE share this file, so both show the same surface.
#include "common/view.glsl"

layout(location = 0) in vec3 in_position;  // from the viewpoint of its picture, stage axes
layout(location = 1) in vec2 in_uv;        // (0, 0) = upper left of the picture
layout(location = 2) in float in_cut;

uniform vec3 origin;  // that place from the eye

out vec3 offset_m;
out vec2 uv;
out float cut;

void main() {
    offset_m = origin + in_position;
    uv = in_uv;
    cut = in_cut;
    gl_Position = view.clip_from_offset * vec4(offset_m, 1.0);
}
