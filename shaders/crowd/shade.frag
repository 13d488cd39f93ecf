#version 430 core
// The share of light that a figure leaves to the ground, to multiply the picture by. With shadow maps, the long shape
// comes from them.
#require LIT
#require PROBE
#require MATERIAL
#require BRIGHTEST
#include "common/view.glsl"
#include "common/light.glsl"

in vec3 offset_m;
in vec2 place;
flat in float round_;
flat in float dark;

layout(location = 0) out vec4 result;

void main() {
    float far = 0.5 + 0.5 * place.y;  // 0 at the feet
    float blur = mix(0.15, 0.75, far);
    float wide = mix(0.72, 0.55, far);
    float long_ = (1.0 - smoothstep(wide * (1.0 - blur), wide + 0.28 * blur, abs(place.x)))
        * smoothstep(0.0, 0.10, far) * (1.0 - smoothstep(0.80, 1.0, far));
    float under = 1.0 - smoothstep(0.15, 1.0, length(place));
    float taken = dark * (round_ > 0.5 ? under : long_ * unshadowed(offset_m));
    float clear = dot(through_haze(vec3(1.0), offset_m) - through_haze(vec3(0.0), offset_m), vec3(1.0 / 3.0));
    result = vec4(vec3(1.0 - clamp(taken * clear, 0.0, 1.0)), 1.0);
}
