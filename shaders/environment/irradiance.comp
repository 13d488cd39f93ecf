#version 430 core
// The irradiance of the captured background over pi, as nine spherical harmonics (Ramamoorthi and Hanrahan 2001), with
// all constants in them, so that common/light.glsl multiplies plain polynomials of the normal.
#require THREADS
#include "environment/captured.glsl"

layout(local_size_x = THREADS) in;
layout(std430, binding = 1) writeonly buffer Irradiance {
    vec4 harmonic[9];
};

shared vec4 parts[THREADS][9];

const int SIDE = 16;  // texels of a face that are added up

// (2l + 1)-fold norms squared times 1, 2/3, 1/4 by degree: of y, z, x; xy, yz, 3zz - 1, xz, xx - yy
const float SCALE[9] = float[9](0.0795775, 0.1591549, 0.1591549, 0.1591549, 0.2984155, 0.2984155, 0.0248680, 0.2984155, 0.0746039);

void add(vec3 d, vec4 light, int thread) {
    float basis[9] = float[9](1.0, d.y, d.z, d.x, d.x * d.y, d.y * d.z, 3.0 * d.z * d.z - 1.0, d.x * d.z, d.x * d.x - d.y * d.y);
    for (int i = 0; i < 9; ++i) parts[thread][i] += vec4(light.rgb * basis[i], light.a);
}

void main() {
    int thread = int(gl_LocalInvocationIndex);
    for (int i = 0; i < 9; ++i) parts[thread][i] = vec4(0.0);
    float level = log2(float(textureSize(faces, 0).y) / float(SIDE));
    for (int i = thread; i < 6 * SIDE * SIDE; i += THREADS) {
        int face = i / (SIDE * SIDE);
        vec2 p = (vec2(i % SIDE, (i / SIDE) % SIDE) + 0.5) / float(SIDE) * 2.0 - 1.0;
        vec3 up = UP[face], d = FORWARD[face] + p.x * cross(FORWARD[face], up) + p.y * up;
        float square = dot(d, d);
        float solid = inversesqrt(square) / square;
        d *= inversesqrt(square);
        add(d, vec4(captured(d, level) * solid, solid), thread);
    }
    barrier();
    if (thread < 9) {
        vec4 sum = vec4(0.0);
        for (int i = 0; i < THREADS; ++i) sum += parts[i][thread];
        harmonic[thread] = vec4(sum.rgb * (4.0 * 3.14159265 / sum.a) * SCALE[thread], 0.0);
    }
}
