// Light on the vertices of one set, as render/transport works it out. Alpha 0: there is none for
// this instance, and the background's stands for it. Needs common/ambient.glsl.
layout(binding = 14) uniform usampler2D receiver_of;  // r: the receiver before the surface, g: behind it
layout(binding = 15) uniform sampler2D receiver_light;

const uint NO_RECEIVER = 0xFFFFFFFFu;

vec4 baked_light(float run, int side, vec3 normal) {
    int number = int(run) + gl_VertexID;
    if (number < 0) return vec4(ambient_on(normal), 0.0);
    int wide = textureSize(receiver_of, 0).x;
    uint receiver = texelFetch(receiver_of, ivec2(number % wide, number / wide), 0)[side];
    if (receiver == NO_RECEIVER) return vec4(ambient_on(normal), 0.0);
    wide = textureSize(receiver_light, 0).x;
    ivec2 place = ivec2(int(receiver) % wide, int(receiver) / wide);
    return vec4(texelFetch(receiver_light, place, 0).rgb * view.ambient_half.a, 1.0);
}
