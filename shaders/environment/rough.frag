#version 430 core
// The captured background as rough surfaces reflect it, seen straight on: GGX and Smith's shadowing summed over all of
// it. Wide lobes need few directions, but every one of them: samples would miss small lamps, or find them twice.
#require ROUGH_STEPS
#require ROUGH_FROM
#require ROUGH_PX
#include "common/octahedron.glsl"
#include "environment/gathered.glsl"

uniform int left_px;

layout(location = 0) out vec4 result;

void main() {
    float number = floor((gl_FragCoord.x - float(left_px)) / float(ROUGH_PX));
    vec2 place = gl_FragCoord.xy - vec2(float(left_px) + number * float(ROUGH_PX), 0.0);
    vec3 n = octahedron_direction((place - 1.0) / float(ROUGH_PX - 2));
    float roughness = mix(ROUGH_FROM, 1.0, number / float(ROUGH_STEPS - 1));
    float a2 = roughness * roughness * roughness * roughness;
    vec4 sum = vec4(0.0);
    for (int i = 0; i < 6 * CELLS * CELLS; ++i) {
        float n_l = max(dot(n, cells[i].way.xyz), 0.0);
        float d = 0.5 * (1.0 + n_l) * (a2 - 1.0) + 1.0;  // (n.h)^2 is (1 + n.l) / 2
        float weight = n_l / (d * d * (n_l + sqrt(n_l * n_l * (1.0 - a2) + a2)));
        sum += cells[i].light * weight;
    }
    result = vec4(sum.rgb / max(sum.a, 1e-9), 1.0);
}
