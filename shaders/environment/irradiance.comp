#version 430 core
// The irradiance of the captured background over pi, as nine spherical harmonics (Ramamoorthi and Hanrahan 2001), with
// all constants included, so common/light.glsl multiplies plain polynomials of the normal. One thread, one harmonic.
#include "environment/captured.glsl"

layout(local_size_x = 9) in;
layout(std430, binding = 1) writeonly buffer Irradiance {
    vec4 harmonic[9];
};

const int SIDE = 16;  // texels of a face that are summed

// Each polynomial: of y, z, x; of xy, yz, xz; of zz, of xx and of yy. Norms squared times 1, 2/3, 1/4 by degree.
const vec3 FIRST[9] = vec3[9](vec3(0), vec3(1, 0, 0), vec3(0, 1, 0), vec3(0, 0, 1), vec3(0), vec3(0), vec3(0), vec3(0), vec3(0));
const vec3 MIXED[9] = vec3[9](vec3(0), vec3(0), vec3(0), vec3(0), vec3(1, 0, 0), vec3(0, 1, 0), vec3(0), vec3(0, 0, 1), vec3(0));
const vec4 SQUARE[9] = vec4[9](vec4(0, 0, 0, 1), vec4(0), vec4(0), vec4(0), vec4(0), vec4(0), vec4(0, 0, 3, -1), vec4(0), vec4(1, -1, 0, 0));
const float SCALE[9] = float[9](0.0795775, 0.1591549, 0.1591549, 0.1591549, 0.2984155, 0.2984155, 0.0248680, 0.2984155, 0.0746039);

void main() {
    int number = int(gl_LocalInvocationIndex);
    vec3 first = FIRST[number], mixed = MIXED[number];
    vec4 square = SQUARE[number];
    float level = log2(float(textureSize(faces, 0).y) / float(SIDE));
    vec4 sum = vec4(0.0);
    for (int i = 0; i < 6 * SIDE * SIDE; ++i) {
        int face = i / (SIDE * SIDE);
        vec2 p = (vec2(i % SIDE, (i / SIDE) % SIDE) + 0.5) / float(SIDE) * 2.0 - 1.0;
        vec3 up = UP[face], d = FORWARD[face] + p.x * cross(FORWARD[face], up) + p.y * up;
        float far = dot(d, d);
        float solid = inversesqrt(far) / far;
        d *= inversesqrt(far);
        float polynomial = dot(first, d.yzx) + dot(mixed, d.xyx * d.yzz) + dot(square, vec4(d * d, 1.0));
        vec2 place = vec2((0.5 + 0.5 * p.x + float(face)) / 6.0, 0.5 + 0.5 * p.y);
        sum += vec4(textureLod(faces, place, level).rgb * polynomial, 1.0) * solid;
    }
    harmonic[number] = vec4(sum.rgb * (4.0 * 3.14159265 / sum.a) * SCALE[number], 0.0);
}
