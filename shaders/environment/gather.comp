#version 430 core
// Gathers the captured background into CELLS x CELLS cells a face, each from all of its texels.
#require THREADS
#include "environment/captured.glsl"
#include "environment/gathered.glsl"

layout(local_size_x = THREADS) in;

void main() {
    int number = int(gl_GlobalInvocationID.x);
    if (number >= 6 * CELLS * CELLS) return;
    int face = number / (CELLS * CELLS), side = textureSize(faces, 0).y, wide = side / CELLS;
    ivec2 first = ivec2(number % CELLS, (number / CELLS) % CELLS) * wide;
    vec3 up = UP[face], right = cross(FORWARD[face], up);
    vec4 light = vec4(0.0);
    vec3 way = vec3(0.0);
    for (int i = 0; i < wide * wide; ++i) {
        ivec2 texel = first + ivec2(i % wide, i / wide);
        vec2 p = (vec2(texel) + 0.5) / float(side) * 2.0 - 1.0;
        vec3 d = FORWARD[face] + p.x * right + p.y * up;
        float far = dot(d, d);
        float solid = 4.0 / (float(side * side) * far * sqrt(far));
        vec3 radiance = texelFetch(faces, texel + ivec2(face * side, 0), 0).rgb;
        light += vec4(radiance, 1.0) * solid;
        way += d * (inversesqrt(far) * solid * (dot(radiance, vec3(0.2126, 0.7152, 0.0722)) + 1e-6));
    }
    cells[number] = Cell(light, vec4(normalize(way), 0.0));
}
