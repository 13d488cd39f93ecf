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
layout(location = 6) in vec4 in_motion;  // cosine and sine of the way it faces, phase, how much it walks

out vec3 offset_m;
out vec3 normal;
out vec3 rest;  // before it moves: what is painted on it is told by this
#if PAINTED
flat out int role;
flat out int number;
#else
flat out vec3 cloth;
flat out vec3 sash;
flat out float sash_m;  // its height; below the ground where there is none
out vec3 light;  // what reaches the eye of what falls on it: far figures are lit by vertex
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

const float HIP_M = 0.90;
const float KNEE_M = 0.48;
const float SHOULDER_M = 1.38;
const float NECK_M = 1.44;

// Turns position and normal about the x axis through (y = 0, z = pivot); forward (to +y) below it for angles > 0.
void swing(inout vec3 p, inout vec3 n, float pivot_m, float angle) {
    float c = cos(angle);
    float s = sin(angle);
    p.z -= pivot_m;
    p.yz = vec2(c * p.y - s * p.z, s * p.y + c * p.z);
    p.z += pivot_m;
    n.yz = vec2(c * n.y - s * n.z, s * n.y + c * n.z);
}

void turn(inout vec3 p, inout vec3 n, float angle) {
    float c = cos(angle);
    float s = sin(angle);
    p.xy = vec2(c * p.x - s * p.y, s * p.x + c * p.y);
    n.xy = vec2(c * n.x - s * n.y, s * n.x + c * n.y);
}

#if !FLAT
void move(inout vec3 p, inout vec3 n, Person person) {
    float phase = in_motion.z;
    float walk = in_motion.w;
    float still = 1.0 - min(walk, 1.0);

    // Legs: opposite each other; the knee bends while the leg swings forward. A skirt follows both halves.
    float stride = sin(phase);
    float shin = clamp((0.60 - in_position.z) / 0.24, 0.0, 1.0);
    float bend = walk * shin * 0.80;
    vec2 free = smoothstep(0.6, 1.0, in_swing.xy);  // under a robe knees hardly bend
    float left_bend = bend * max(0.0, cos(phase + 0.35)) * free.x;
    float right_bend = bend * max(0.0, -cos(phase + 0.35)) * free.y;
    swing(p, n, KNEE_M, -(left_bend + right_bend));
    swing(p, n, HIP_M, 0.34 * walk * stride * (in_swing.x - in_swing.y));

    // Arms: against the legs; a little life in those who stand.
    float idle = still * 0.05;
    float left_arm = -0.38 * walk * stride + idle * sin(phase + 1.0) + 0.04;
    float right_arm = 0.38 * walk * stride + idle * sin(2.0 * phase + 4.0) + 0.04;
    swing(p, n, SHOULDER_M, left_arm * in_swing.z + right_arm * in_swing.w);

    // Trunk: hips and shoulders turn against each other, weight shifts, breath.
    float up = clamp(in_position.z / 1.4, 0.0, 1.0);
#if PAINTED
    float breath = still * sin(3.0 * phase) * 0.006 * smoothstep(0.95, 1.25, in_position.z);
    p.xy *= 1.0 + breath;
    turn(p, n, 0.07 * walk * stride * smoothstep(0.9, 1.3, in_position.z));
#endif
    float sway = still * 0.022 * sin(phase) * up * up + walk * 0.014 * stride * up;
    p.x += sway;
    p.y += walk * 0.035 * up * up;
    p.z += walk * 0.018 * cos(2.0 * phase) * up;

    // Head: each looks its own way, some look round more.
    float look = person.skin.w + still * person.trim.w * 0.55 * sin(phase + 2.0) * (0.7 + 0.3 * sin(2.0 * phase));
    vec3 at_neck = p - vec3(sway, 0.0, 0.0);
    vec3 turned = n;
    turn(at_neck, turned, look);
    p = mix(p, at_neck + vec3(sway, 0.0, 0.0), in_head);
    n = mix(n, turned, in_head);
}
#endif

void main() {
    Person person = people[int(in_figure.w)];
    vec3 p = in_position;
    vec3 n = in_normal;

#if !FLAT
    move(p, n, person);
#endif

    float wide = mix(person.under.w, 1.0, in_head);  // bodies differ in width, heads hardly
    vec3 size = vec3(wide, wide, 1.0) * person.robe.w;
    p *= size;
    n /= size;
    float c = in_motion.x;
    float s = in_motion.y;
    offset_m = in_figure.xyz + vec3(c * p.x - s * p.y, s * p.x + c * p.y, p.z);
    normal = vec3(c * n.x - s * n.y, s * n.x + c * n.y, n.z);
    rest = in_position;
#if PAINTED
    role = int(in_role + 0.5);
    number = int(in_figure.w);
#else
    choose_colours(person, int(in_role + 0.5));
#if MATERIAL == LIT
    float shade = mix(0.43, 1.0, smoothstep(0.0, 0.8, rest.z));
    air = through_haze(vec3(0.0), offset_m);
    light = light_at(normalize(normal), offset_m) * shade * (through_haze(vec3(1.0), offset_m) - air);
#endif
#endif
    gl_Position = view.clip_from_offset * vec4(offset_m, 1.0);
}
