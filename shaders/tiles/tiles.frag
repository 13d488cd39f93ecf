#version 430 core
// A tile's pixels, one for one.
#include "common/tile_pixel.glsl"

layout(binding = 0) uniform sampler2D canvas;

uniform int canvas_height_px;

flat in ivec2 origin_px;

layout(location = 0) out vec4 result;

void main() {
    ivec2 pixel = origin_px + tile_pixel();
    result = texelFetch(canvas, ivec2(pixel.x, canvas_height_px - 1 - pixel.y), 0);
}
