#version 430 core
// A white rim; inside it the bits of `code`, row by row, the highest first: white is 1. See render/wall/frame_code.py.
#require CELLS

uniform uvec2 code;  // low word, high word
uniform vec2 canvas_px;

flat in ivec2 origin_px;
flat in int cell_px;

layout(location = 0) out vec4 result;

void main() {
    const int INSIDE = CELLS - 2;
    ivec2 pixel = ivec2(gl_FragCoord.x, int(canvas_px.y) - 1 - int(gl_FragCoord.y)) - origin_px;
    ivec2 cell = pixel / cell_px - 1;
    bool rim = min(cell.x, cell.y) < 0 || max(cell.x, cell.y) >= INSIDE;
    int place = INSIDE * INSIDE - 1 - (cell.y * INSIDE + cell.x);
    bool bit = ((place < 32 ? code.x >> place : code.y >> (place - 32)) & 1u) == 1u;
    result = vec4(vec3(rim || bit ? 1.0 : 0.0), 1.0);
}
