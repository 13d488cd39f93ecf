#version 430 core
// One tile for each instance, as far as it lies in the region of the canvas that changed.
#include "common/tile.glsl"

uniform ivec4 region_px;  // x0, y0, x1, y1 of the canvas
uniform vec2 output_px;

flat out ivec2 origin_px;
flat out ivec2 tile_size_px;
flat out ivec2 place_px;
flat out int turned;

void main() {
    origin_px = in_origin_px;
    tile_size_px = in_size_px;
    place_px = in_place_px;
    turned = in_turned;
    ivec2 low = clamp(region_px.xy - in_origin_px, ivec2(0), in_size_px);
    ivec2 high = clamp(region_px.zw - in_origin_px, ivec2(0), in_size_px);
    gl_Position = placed_corner(vec2(low), vec2(high), output_px);
}
