#version 430 core
// The sky as a sphere round the eye, its meridians told from the light of its first table: what is smooth is worked out
// here, and a pixel has a place in the table without roots and angles. Rows of vertices lie where the table's do.
#require LIT
#require PROBE
#require MATERIAL
#require SUNLIT
#require COLUMNS
#require ROWS_DOWN
#require ROWS_UP
#require DOME_PX
#include "common/view.glsl"
#include "sky/sky.glsl"

out vec3 direction;  // of length one at the corners
out vec2 dome;       // across the table; the square of the way up it
// What is the same everywhere: a software renderer reads these faster than the block.
flat out vec3 light;
flat out vec3 glow;
flat out vec4 ground;

const float TURN = 6.283185307;

void main() {
    int row = gl_VertexID / COLUMNS - ROWS_DOWN;
    float turn = float(gl_VertexID % COLUMNS) / float(COLUMNS);
    float up = float(row) / float(ROWS_UP), fall = 1.0 - up * up;
    float z = row < 0 ? -sin(0.25 * TURN * float(-row) / float(ROWS_DOWN)) : 1.0 - fall * fall;
    float level = row == ROWS_UP || row == -ROWS_DOWN ? 0.0 : sqrt(max(1.0 - z * z, 0.0));
#if SUNLIT
    vec2 ahead = sky.sun_side.xy;
    light = sky.sun.rgb;
#else
    vec2 ahead = sky.sun_side.zw;
    light = sky.moon.rgb;
#endif
    glow = sky.airglow.rgb;
    ground = vec4(sky.ground.rgb, sky.ground.a * 0.2);
    vec2 flat_way = cos(TURN * turn) * ahead + sin(TURN * turn) * vec2(-ahead.y, ahead.x);
    direction = vec3(level * flat_way, z);
    dome = vec2((sin(0.5 * TURN * turn) * (DOME_PX.x - 1.0) + 0.5) / DOME_PX.x, row < 0 ? 0.0 : up * up);
    gl_Position = (view.clip_from_offset * vec4(direction, 0.0)).xyww;
}
