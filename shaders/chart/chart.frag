#version 430 core
// A chart's code values unchanged; over them the ten figures of the number, if any, in the middle, and the flash.
layout(binding = 0) uniform sampler2D chart;
layout(binding = 1) uniform sampler2D digits;  // 0 to 9 side by side, row 0 the top one

uniform ivec4 figures;    // left and top of the first figure, width and height of each; width 0 = no number
uniform int number[10];
uniform vec2 levels;      // codes of the figures: on dark, on the flash
uniform float flash;      // code of the flash; below 0 = none

layout(location = 0) out vec4 result;

void main() {
    result = vec4(texelFetch(chart, ivec2(gl_FragCoord.xy), 0).rgb, 1.0);
    if (flash >= 0.0) result.rgb = vec3(flash);
    if (figures.z == 0) return;
    ivec2 place = ivec2(gl_FragCoord.x, textureSize(chart, 0).y - 1 - int(gl_FragCoord.y)) - figures.xy;
    int column = place.x / figures.z;
    if (min(place.x, place.y) < 0 || column >= 10 || place.y >= figures.w) return;
    ivec2 texel = ivec2(number[column] * figures.z + place.x % figures.z, place.y);
    if (texelFetch(digits, texel, 0).r > 0.5) result.rgb = vec3(flash >= 0.0 ? levels.y : levels.x);
}
