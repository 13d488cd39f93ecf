// The sphere that the sky is drawn on: rows of vertices from the foot to the zenith, row 0 at the horizon, and the rows
// of the table that it shows. Those are dense next to the horizon, where the sky and the air in front of the ground
// change fast; between two rows of vertices they are even, so a pixel's place in the table needs no root or angle.
#require ROWS
#require NEAR_TEXELS
#require UP_TEXELS
#require DOWN_TEXELS

const float QUARTER_TURN = 1.570796327;
const int HORIZON_TEXEL = NEAR_TEXELS + (ROWS - 1) * DOWN_TEXELS;

// How far out and up a row is.
vec2 sphere_row(int row) {
    float angle = QUARTER_TURN * float(row) / float(ROWS);
    return abs(row) == ROWS ? vec2(0.0, sign(angle)) : vec2(cos(angle), sin(angle));
}

int sphere_texel(int row) {
    if (row == 0) return HORIZON_TEXEL;
    int beyond = NEAR_TEXELS + (abs(row) - 1) * (row > 0 ? UP_TEXELS : DOWN_TEXELS);
    return row > 0 ? HORIZON_TEXEL + beyond : HORIZON_TEXEL - beyond;
}

// The upward direction of a texel of the table: on the straight line between two rows, as for a pixel.
float sphere_z(int texel) {
    int off = abs(texel - HORIZON_TEXEL), side = sign(texel - HORIZON_TEXEL);
    int texels = off < NEAR_TEXELS ? NEAR_TEXELS : side > 0 ? UP_TEXELS : DOWN_TEXELS;
    int beyond = off < NEAR_TEXELS ? off : off - NEAR_TEXELS, row = off < NEAR_TEXELS ? 0 : 1 + beyond / texels;
    vec2 here = sphere_row(side * row), next = sphere_row(side * min(row + 1, ROWS));
    return normalize(mix(here, next, float(beyond % texels) / float(texels))).y;
}
