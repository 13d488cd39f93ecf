#version 430 core
// The captured background as surfaces of each roughness reflect it (split sum, Karis 2013): GGX, seen straight on, each
// sample from a mipmap as coarse as the sample is wide (Krivanek and Colbert 2008).
#require ROUGHNESS_STEPS
#require SAMPLES
#include "common/octahedron.glsl"
#include "environment/captured.glsl"

uniform int square_px;

layout(location = 0) out vec4 result;

const float PI = 3.14159265358979;

void main() {
    float number = floor(gl_FragCoord.x / float(square_px));
    vec2 place = gl_FragCoord.xy - vec2(number * float(square_px), 0.0);
    vec3 n = octahedron_direction((place - 1.0) / float(square_px - 2));
    float roughness = number / float(ROUGHNESS_STEPS - 1);
    float a2 = roughness * roughness * roughness * roughness;
    int samples = number == 0.0 ? 1 : SAMPLES;
    vec3 side = normalize(cross(abs(n.z) < 0.9 ? vec3(0, 0, 1) : vec3(1, 0, 0), n));
    vec3 other = cross(n, side);
    float side_px = float(textureSize(faces, 0).y);
    float texel = 4.0 * PI / (6.0 * side_px * side_px);
    vec4 sum = vec4(0.0);
    for (int i = 0; i < samples; ++i) {
        float part = number == 0.0 ? 0.0 : (float(i) + 0.5) / float(SAMPLES);
        float turn = 2.0 * PI * fract(float(i) * 0.618033988749895);  // golden ratio: even round the lobe
        float cosine2 = (1.0 - part) / (1.0 + (a2 - 1.0) * part);
        float sine = sqrt(1.0 - cosine2), cosine = sqrt(cosine2);
        vec3 h = sine * (cos(turn) * side + sin(turn) * other) + cosine * n;
        vec3 l = 2.0 * cosine * h - n;
        float n_l = max(dot(n, l), 0.0);
        float d = cosine2 * (a2 - 1.0) + 1.0;
        float wide = 4.0 * PI * d * d / (a2 * float(SAMPLES));  // one over (pdf of l times samples); pdf = D / 4
        float level = number == 0.0 ? 0.0 : max(0.5 * log2(wide / texel) + 1.0, 0.0);
        sum += vec4(captured(l, level), 1.0) * n_l;
    }
    result = vec4(sum.rgb / sum.a, 1.0);
}
