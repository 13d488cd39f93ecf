#version 430 core
// The sky as a sphere round the eye, its meridians counted from the light of its first table: smooth values are
// computed here, and a pixel gets its place in the table without roots and angles. Rows of vertices match the table's.
#require LIT
#require PROBE
#require MATERIAL
#require SUNLIT
#require CLOUDY
#require COLUMNS
#require CLEAR_PX
#include "common/view.glsl"
#include "sky/air.glsl"
#include "sky/sky.glsl"
#include "sky/clouds.glsl"
#include "sky/sphere.glsl"

out vec3 direction;  // of length one at the corners
out vec2 place;      // in the table
#if CLOUDY
// Constant everywhere: a software renderer reads these faster than the block.
flat out vec4 light;  // xyz: toward the clouds' light; w: level at which noise becomes cloud
flat out vec4 beam;   // rgb: that light; w: its extinction in a cloud
flat out vec4 above;  // rgb: ambient light on the clouds; w: share passing through a thick one
flat out vec4 steps;  // in the noise: xy: toward the light; zw: offset by the wind
flat out vec3 layer;  // how fast a cloud hides the sky; overcast share; cloud height, as cloud_depth_km2()
#endif

void main() {
    int row = gl_VertexID / COLUMNS - ROWS;
    float turn = 4.0 * QUARTER_TURN * float(gl_VertexID % COLUMNS) / float(COLUMNS);
    vec2 way = sphere_row(row);
#if MATERIAL == PROBE
    vec2 ahead = vec2(1.0, 0.0);  // a probe knows no sun
#elif SUNLIT
    vec2 ahead = sky.sun_side.xy;
#else
    vec2 ahead = sky.sun_side.zw;
#endif
    direction = vec3(way.x * (cos(turn) * ahead + sin(turn) * vec2(-ahead.y, ahead.x)), way.y);
    vec2 texel = vec2(sin(0.5 * turn) * (CLEAR_PX.x - 1.0), float(sphere_texel(row)));
    place = (texel + 0.5) / CLEAR_PX;
#if CLOUDY
    light = vec4(sky.cloud_light.xyz, sky.cloud.y);
    beam = vec4(sky.cloud_beam.rgb, 1.0 + 2.5 * sky.cloud.z);
    above = sky.cloud_above;
    steps = vec4(sky.cloud_light.xy / max(sky.cloud_light.z, 0.2) * 0.35, sky.cloud_drift.xy) / CLOUD_TILE_KM;
    layer = vec3(2.0 + 10.0 * sky.cloud.z, sky.cloud.w, cloud_depth_km2());
#endif
    gl_Position = (view.clip_from_offset * vec4(direction, 0.0)).xyww;
}
