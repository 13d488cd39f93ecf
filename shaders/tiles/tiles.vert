#version 430 core
// One tile for each instance, clipped to the region of the canvas that changed.
#include "common/tile.glsl"

uniform ivec4 region_px;  // x0, y0, x1, y1 of the canvas
uniform vec2 output_px;
uniform float canvas_height_px;

noperspective out vec2 texel;

void main() {
    vec2 size = vec2(in_size_px);
    vec2 low = clamp(vec2(region_px.xy - in_origin_px), vec2(0.0), size);
    vec2 high = clamp(vec2(region_px.zw - in_origin_px), vec2(0.0), size);
    vec2 pixel = vec2(in_origin_px) + tile_corner(low, high);
    texel = vec2(pixel.x, canvas_height_px - pixel.y);
    gl_Position = placed_corner(low, high, output_px);
}
