// A tile in an output: counted from the upper left corner, as in the stage file. `turned` is quarter turns clockwise.
// (u, v) in a tile of w x h is, turned once, at (h - v, u) of a place of h x w.
layout(location = 0) in ivec2 in_origin_px;
layout(location = 1) in ivec2 in_size_px;
layout(location = 2) in ivec2 in_place_px;
layout(location = 3) in int in_turned;

vec2 turned_place(vec2 p, vec2 size) {
    switch (in_turned) {
        case 1: return vec2(size.y - p.y, p.x);
        case 2: return size - p;
        case 3: return vec2(p.y, size.x - p.x);
        default: return p;
    }
}

// Corner gl_VertexID of a rectangle of the tile.
vec2 tile_corner(vec2 low, vec2 high) {
    return mix(low, high, vec2(gl_VertexID & 1, gl_VertexID >> 1));
}

// The same corner in clip space of the output.
vec4 placed_corner(vec2 low, vec2 high, vec2 output_px) {
    vec2 turned = turned_place(tile_corner(low, high), vec2(in_size_px));
    vec2 place = (vec2(in_place_px) + turned) / output_px;
    return vec4(2.0 * place.x - 1.0, 1.0 - 2.0 * place.y, 0.0, 1.0);
}
