// Which pixel of its tile a fragment of an output is, counted from the tile's upper left corner.
uniform int output_height_px;

flat in ivec2 tile_size_px;
flat in ivec2 place_px;
flat in int turned;

ivec2 tile_pixel() {
    ivec2 p = ivec2(gl_FragCoord.x, output_height_px - 1 - int(gl_FragCoord.y)) - place_px;
    switch (turned) {
        case 1: return ivec2(p.y, tile_size_px.y - 1 - p.x);
        case 2: return tile_size_px - 1 - p;
        case 3: return ivec2(tile_size_px.x - 1 - p.y, p.x);
        default: return p;
    }
}
