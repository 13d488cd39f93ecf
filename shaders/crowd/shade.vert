#version 430 core
// A figure's shade on the ground: a long soft shape away from the sun, and a round one under its feet.
#include "common/view.glsl"
#include "crowd/person.glsl"

layout(location = 0) in vec3 in_corner;  // across and along -1..1; z: 0 = away from the sun, 1 = under the feet
layout(location = 1) in vec4 in_figure;

out vec3 offset_m;
out vec2 place;
flat out float round_;
flat out float dark;

const float LONGEST_M = 5.0;
const float ABOVE_M = 0.012;  // off the ground, which would hide it

void main() {
    float height_m = 1.70 * people[int(in_figure.w)].robe.a;
    vec2 flat_ = view.toward_sun.xy;
    float across = length(flat_);
    vec2 away = across > 1e-4 ? -flat_ / across : vec2(0.0, 1.0);
    float reach_m = min(height_m * across / max(view.toward_sun.z, 0.05), LONGEST_M);
    vec2 side = vec2(-away.y, away.x);
    vec2 at;
    if (in_corner.z < 0.5) {
        float half_m = 0.5 * reach_m + 0.25;
        at = away * (in_corner.y * half_m + 0.5 * reach_m) + side * (in_corner.x * 0.34);
    } else {
        at = vec2(in_corner.xy) * 0.55;
    }
    const vec3 grey = vec3(0.2126, 0.7152, 0.0722);
    float sun = dot(view.sun.rgb, grey) * max(view.toward_sun.z, 0.0);
    float sky = dot(view.ambient_mean.rgb + view.ambient_half.rgb, grey);
    float share = sun / max(sun + sky, 1e-9);
    round_ = in_corner.z;
    dark = in_corner.z < 0.5 ? 0.85 * share * smoothstep(0.0, 0.08, view.toward_sun.z) : 0.45;
    place = in_corner.xy;
    offset_m = in_figure.xyz + vec3(at, ABOVE_M);
    gl_Position = view.clip_from_offset * vec4(offset_m, 1.0);
}
