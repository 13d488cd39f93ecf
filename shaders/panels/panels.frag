#version 430 core
// The outer view of a wall that is not flat: each pixel takes the panel whose axis is nearest to its direction.
#require MOST_PANELS
#include "common/wall_pixel.glsl"
#include "common/picture.glsl"

layout(binding = 0) uniform sampler2D atlas;

uniform vec3 stage_eye_m;
uniform int panel_count;
uniform vec3 panel_right[MOST_PANELS];
uniform vec3 panel_forward[MOST_PANELS];
uniform vec3 panel_up[MOST_PANELS];
uniform vec4 texel_from_slope[MOST_PANELS];  // across: scale, offset; up: scale, offset

layout(location = 0) out vec4 result;

void main() {
    vec3 offset_m = offset_from(stage_eye_m);
    int nearest = 0;
    float depth = -1.0;
    for (int i = 0; i < panel_count; ++i) {
        float ahead = dot(panel_forward[i], offset_m);
        if (ahead > depth) {
            depth = ahead;
            nearest = i;
        }
    }
    vec2 slope = vec2(dot(panel_right[nearest], offset_m), dot(panel_up[nearest], offset_m)) / depth;
    vec4 place = texel_from_slope[nearest];
    result = sampled(atlas, slope * place.xz + place.yw, stage_eye_m, panel_forward[nearest]);
}
