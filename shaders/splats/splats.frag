#version 430 core
// A splat's Gaussian, ready to be blended over what is behind it.

in vec2 deviations;
flat in vec4 light;

layout(location = 0) out vec4 result;

const float FAINTEST = 1.0 / 255.0, FULLEST = 0.99;

void main() {
    float alpha = min(light.a * exp(-0.5 * dot(deviations, deviations)), FULLEST);
    if (alpha < FAINTEST) discard;
    result = vec4(light.rgb * alpha, alpha);
}
