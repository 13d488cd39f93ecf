#version 430 core
// A screen of video; LIT and PROBE share this file, so both show the same surface.
#include "common/view.glsl"

layout(location = 0) in vec3 in_position;  // from the layer's position, stage axes
layout(location = 1) in vec2 in_uv;        // (0, 0) = upper left of the picture

uniform vec3 origin;  // the layer's position from the eye

out vec3 offset_m;
out vec2 uv;

void main() {
    offset_m = origin + in_position;
    uv = in_uv;
    gl_Position = view.clip_from_offset * vec4(offset_m, 1.0);
}
