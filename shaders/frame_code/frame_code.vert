#version 430 core
// The square in the upper left corner of every tile that carries the frame number. Cells shrink with small tiles.
#require CELLS
#require CELL_PX
#include "common/tile.glsl"

uniform vec2 output_px;

flat out ivec2 tile_size_px;
flat out ivec2 place_px;
flat out int turned;
flat out int cell_px;

void main() {
    tile_size_px = in_size_px;
    place_px = in_place_px;
    turned = in_turned;
    cell_px = min(CELL_PX, min(in_size_px.x, in_size_px.y) / CELLS);
    gl_Position = placed_corner(vec2(0.0), vec2(cell_px * CELLS), output_px);
}
