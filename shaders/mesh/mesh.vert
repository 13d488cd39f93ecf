#version 430 core
// Places the vertices of one instance. LIT, PROBE and the sun's depth share this, so all show exactly the same surface.
#require TANGENTS
#require SECOND_UV
#require BAKED
#require DOUBLE_SIDED
#include "common/view.glsl"

layout(location = 0) in vec3 in_position;
layout(location = 1) in vec3 in_normal;
layout(location = 2) in vec2 in_uv;
layout(location = 3) in vec4 in_colour;
// Rows of the instance's rotation and scale, and its origin relative to the eye (subtracted in 64 bits).
layout(location = 4) in vec3 in_row_x;
layout(location = 5) in vec3 in_row_y;
layout(location = 6) in vec3 in_row_z;
layout(location = 7) in vec3 in_origin;
layout(location = 8) in vec4 in_base_colour;
layout(location = 9) in vec4 in_emissive;  // a: 1 = unlit
layout(location = 10) in float in_alpha_cutoff;
layout(location = 11) in float in_practical;  // 1 = a lamp of the set
#if TANGENTS
layout(location = 12) in vec4 in_tangent;
out vec4 tangent;
#endif
#if SECOND_UV
layout(location = 13) in vec2 in_second_uv;
out vec2 second_uv;
#endif

#if BAKED
#include "common/ambient.glsl"
#include "transport/baked.glsl"
layout(location = 14) in float in_light_run;
out vec4 baked;
#if DOUBLE_SIDED
out vec4 baked_behind;
#endif
#endif

out vec3 offset_m;
out vec3 normal;
out vec2 uv;
out vec4 base_colour;
flat out vec4 emissive;
flat out float alpha_cutoff;

vec3 turned(vec3 local) {
    return vec3(dot(in_row_x, local), dot(in_row_y, local), dot(in_row_z, local));
}

// The cofactor matrix transforms normals correctly under any scale; the sign keeps them outward when mirrored.
vec3 turned_normal(vec3 local) {
    vec3 x = cross(in_row_y, in_row_z);
    vec3 y = cross(in_row_z, in_row_x);
    vec3 z = cross(in_row_x, in_row_y);
    float side = dot(in_row_x, x) < 0.0 ? -1.0 : 1.0;
    return side * vec3(dot(x, local), dot(y, local), dot(z, local));
}

void main() {
    offset_m = in_origin + turned(in_position);
    normal = turned_normal(in_normal);
    uv = in_uv;
#if BAKED
    vec3 outward = normal * inversesqrt(max(dot(normal, normal), 1e-30));
    baked = baked_light(in_light_run, 0, outward);
#if DOUBLE_SIDED
    baked_behind = baked_light(in_light_run, 1, -outward);
#endif
#endif
#if TANGENTS
    tangent = vec4(turned(in_tangent.xyz), in_tangent.w * sign(dot(in_row_x, cross(in_row_y, in_row_z))));
#endif
#if SECOND_UV
    second_uv = in_second_uv;
#endif
    float lamp = mix(1.0, view.lamps.x, in_practical);
    base_colour = in_base_colour * in_colour;
    base_colour.rgb *= mix(1.0, lamp, in_emissive.a);
    emissive = vec4(in_emissive.rgb * lamp, in_emissive.a);
    alpha_cutoff = in_alpha_cutoff;
    gl_Position = view.clip_from_offset * vec4(offset_m, 1.0);
}
