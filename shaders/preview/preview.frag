#version 430 core
// A small copy of an output: four bilinear taps in each pixel.
layout(binding = 0) uniform sampler2D picture;

uniform vec2 preview_px;

layout(location = 0) out vec4 result;

void main() {
    vec4 sum = vec4(0.0);
    for (int i = 0; i < 4; ++i) {
        vec2 tap = gl_FragCoord.xy + vec2(i & 1, i >> 1) * 0.5 - 0.25;
        sum += textureLod(picture, tap / preview_px, 0.0);
    }
    result = sum / 4.0;
}
