#version 430 core
// Bends the vertices of one mesh by its joints (glTF 2.0, 3.7.3.3) and writes them to the mesh's vertex buffer.
#require THREADS
#require VERTEX_FLOATS
#require EXTRA_FLOATS
#require TANGENTS
#require JOINT_SETS

layout(local_size_x = THREADS) in;

struct Bound {
    vec4 position;
    vec4 normal;
    vec4 tangent;  // w: side
    ivec4 joints[JOINT_SETS];
    vec4 weights[JOINT_SETS];
};

layout(std430, binding = 2) readonly buffer Rest {
    Bound rest[];
};
// Three rows a joint: from the mesh to the instance's origin, in stage axes.
layout(std430, binding = 3) readonly buffer Palette {
    vec4 rows[];
};
layout(std430, binding = 4) writeonly buffer Vertices {
    float vertices[];
};
#if TANGENTS
layout(std430, binding = 5) writeonly buffer Extras {
    float extras[];
};
#endif

uniform ivec4 range;  // first rest, first vertex drawn, first joint, number of vertices

vec4 row(Bound bound, int number) {
    vec4 sum = vec4(0.0);
    for (int four = 0; four < JOINT_SETS; ++four) {
        for (int i = 0; i < 4; ++i) {
            sum += bound.weights[four][i] * rows[(range.z + bound.joints[four][i]) * 3 + number];
        }
    }
    return sum;
}

void main() {
    int own = int(gl_GlobalInvocationID.x);
    if (own >= range.w) return;
    Bound bound = rest[range.x + own];
    vec4 x = row(bound, 0);
    vec4 y = row(bound, 1);
    vec4 z = row(bound, 2);
    vec3 across = cross(y.xyz, z.xyz);
    vec3 along = cross(z.xyz, x.xyz);
    vec3 up = cross(x.xyz, y.xyz);
    float side = dot(x.xyz, across) < 0.0 ? -1.0 : 1.0;
    vec3 normal = side * vec3(dot(across, bound.normal.xyz), dot(along, bound.normal.xyz), dot(up, bound.normal.xyz));
    normal *= inversesqrt(max(dot(normal, normal), 1e-30));
    int at = (range.y + own) * VERTEX_FLOATS;
    vertices[at] = dot(x, bound.position);
    vertices[at + 1] = dot(y, bound.position);
    vertices[at + 2] = dot(z, bound.position);
    vertices[at + 3] = normal.x;
    vertices[at + 4] = normal.y;
    vertices[at + 5] = normal.z;
#if TANGENTS
    int beside = (range.y + own) * EXTRA_FLOATS;
    extras[beside] = dot(x.xyz, bound.tangent.xyz);
    extras[beside + 1] = dot(y.xyz, bound.tangent.xyz);
    extras[beside + 2] = dot(z.xyz, bound.tangent.xyz);
    extras[beside + 3] = side * bound.tangent.w;
#endif
}
