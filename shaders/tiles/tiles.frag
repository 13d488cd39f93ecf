#version 430 core
// A tile's pixels, one for one: at a pixel's centre the texel coordinate is half a texel from any other.
layout(binding = 0) uniform sampler2D canvas;

noperspective in vec2 texel;

layout(location = 0) out vec4 result;

void main() {
    result = texelFetch(canvas, ivec2(texel), 0);
}
