#version 430 core
// The disc of the sun, darker and redder toward its edge, or of the moon with its phase; added to the sky.
#require BRIGHTEST
#include "common/view.glsl"
#include "sky/sky.glsl"

layout(binding = 2) uniform sampler2D noise;

in vec3 direction;
flat in vec4 centre;
flat in int which;
flat in float radius_rad;

layout(location = 0) out vec4 result;

// Hestroffer and Magnan (1998): intensity by a power of the cosine, larger toward blue.
vec3 sun_ground(float middle) {
    return sky.sun_disc.rgb * pow(vec3(max(middle, 1e-3)), vec3(0.397, 0.503, 0.652));
}

vec3 moon_ground(vec3 across, float middle) {
    vec3 ground = across - centre.xyz * middle;
    float seas = 0.45 + 1.1 * textureLod(noise, ground.xz * 0.13 + 0.37, 0.0).r;
    return sky.moon_disc.rgb * smoothstep(-0.04, 0.12, dot(ground, sky.moonshine.xyz)) * seas;
}

void main() {
    vec3 d = normalize(direction);
    vec3 across = (d - centre.xyz) / radius_rad;
    float off = length(across);
    float middle = sqrt(max(1.0 - off * off, 0.0));
    float seen = centre.w * clamp(0.5 + (1.0 - off) / max(length(vec2(dFdx(off), dFdy(off))), 1e-6), 0.0, 1.0) * step(0.0, d.z);
    vec3 light = seen * (which == 0 ? sun_ground(middle) : moon_ground(across, middle));
    result = vec4(min(light, 0.9 * BRIGHTEST), 0.0);
}
