#version 430 core
// A figure of a crowd: stands, idles or walks. LIT and PROBE share this file, so both show the same surface.
#require LIT
#require PROBE
#require MATERIAL
#require PAINTED
#require FLAT
#require ROBE
#require SLEEVE
#require UNDER
#require HEAD
#require HAND
#require HAIR
#include "common/view.glsl"
#include "common/light.glsl"
#include "crowd/person.glsl"

layout(location = 0) in vec3 in_position;
layout(location = 1) in vec3 in_normal;
layout(location = 2) in vec4 in_swing;  // share of the left leg's, right leg's, left arm's, right arm's
layout(location = 3) in float in_head;
layout(location = 4) in float in_role;
layout(location = 5) in vec4 in_figure;  // feet from the eye; number
layout(location = 6) in vec4 in_motion;  // cosine and sine of its facing direction, phase, amount of walking

out vec3 offset_m;
out vec3 normal;
out vec3 rest;  // before it moves: selects what is painted on it
#if PAINTED
flat out int role;
flat out int number;
#else
flat out vec3 cloth;
flat out vec3 sash;
flat out float sash_m;  // its height; below the ground if there is none
out vec3 light;  // light on it that reaches the eye: far figures are lit by vertex
flat out vec3 air;

void choose_colours(Person person, int role) {
    cloth = vec3(0.030, 0.026, 0.024);
    if (role == ROBE || role == SLEEVE) cloth = person.robe.rgb;
    if (role == UNDER) cloth = person.under.rgb;
    if (role == HEAD || role == HAND) cloth = person.skin.rgb * 0.9;
    if (role == HAIR) cloth = person.hair.rgb;
    sash = person.trim.rgb;
    sash_m = role == ROBE ? 1.02 : role == UNDER ? 1.10 : -9.0;
}
#endif

#include "crowd/motion.glsl"
#include "crowd/sunlight.glsl"

void main() {
    Person person = people[int(in_figure.w)];
    vec3 p = in_position;
    vec3 n = in_normal;
    stand(p, n, person);
    offset_m = in_figure.xyz + p;
    normal = n;
    rest = in_position;
#if PAINTED
    role = int(in_role + 0.5);
    number = int(in_figure.w);
#else
    choose_colours(person, int(in_role + 0.5));
#if MATERIAL == LIT
    float shade = mix(0.43, 1.0, smoothstep(0.0, 0.8, rest.z));
    air = through_haze(vec3(0.0), offset_m);
    light = light_at(normalize(normal), offset_m, sunlight_reaches(offset_m)) * shade * (through_haze(vec3(1.0), offset_m) - air);
#endif
#endif
    gl_Position = view.clip_from_offset * vec4(offset_m, 1.0);
}
