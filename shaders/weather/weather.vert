#version 430 core
// A corner of a drop's trace, as weather/corners.glsl made it. A wisp ends at the ground.
#require WISP

layout(location = 0) in vec3 in_ndc;
layout(location = 1) in float in_reach;
layout(location = 2) in vec2 in_place;
layout(location = 3) in uvec2 in_light;
#if WISP
layout(location = 4) in vec2 in_torn;
layout(location = 5) in float in_height;
#endif

out vec2 place;            // along and across the trace, in radii
flat out float reach;      // half its length, in radii
flat out vec4 light;       // rgb; a: opacity
#if WISP
out float height;          // over the ground, in units of a wisp's thickening there
out vec2 torn;             // place in the pattern that tears it
#endif

void main() {
    place = in_place;
    reach = in_reach;
    light = vec4(unpackHalf2x16(in_light.x), unpackHalf2x16(in_light.y));
#if WISP
    gl_ClipDistance[0] = in_height;
    height = in_height;
    torn = in_torn;
#endif
    gl_Position = vec4(in_ndc, 1.0);
}
