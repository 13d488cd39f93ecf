#version 430 core
// The square in the upper left corner of every tile that carries the frame number. Cells shrink with small tiles.
#require CELLS
#require CELL_PX

layout(location = 0) in ivec2 in_origin_px;  // from the canvas' upper left corner
layout(location = 1) in ivec2 in_size_px;

uniform vec2 canvas_px;

flat out ivec2 origin_px;
flat out int cell_px;

void main() {
    origin_px = in_origin_px;
    cell_px = min(CELL_PX, min(in_size_px.x, in_size_px.y) / CELLS);
    vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1) * float(cell_px * CELLS);
    vec2 place = (vec2(in_origin_px) + corner) / canvas_px;
    gl_Position = vec4(2.0 * place.x - 1.0, 1.0 - 2.0 * place.y, 0.0, 1.0);
}
