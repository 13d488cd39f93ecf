// How a figure stands, idles or walks: from in_position, in_swing, in_head and in_motion of a vertex shader that
// includes crowd/person.glsl; the sun's shadow maps see it move as views do.
#require PAINTED
#require FLAT

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

    // Legs: in opposition; the knee bends while the leg swings forward. A skirt follows both halves.
    float stride = sin(phase);
    float shin = clamp((0.60 - in_position.z) / 0.24, 0.0, 1.0);
    float bend = walk * shin * 0.80;
    vec2 free = smoothstep(0.6, 1.0, in_swing.xy);  // under a robe knees hardly bend
    float left_bend = bend * max(0.0, cos(phase + 0.35)) * free.x;
    float right_bend = bend * max(0.0, -cos(phase + 0.35)) * free.y;
    swing(p, n, KNEE_M, -(left_bend + right_bend));
    swing(p, n, HIP_M, 0.34 * walk * stride * (in_swing.x - in_swing.y));

    // Arms: against the legs; a little motion in standing figures.
    float idle = still * 0.05;
    float left_arm = -0.38 * walk * stride + idle * sin(phase + 1.0) + 0.04;
    float right_arm = 0.38 * walk * stride + idle * sin(2.0 * phase + 4.0) + 0.04;
    swing(p, n, SHOULDER_M, left_arm * in_swing.z + right_arm * in_swing.w);

    // Trunk: hips and shoulders turn against each other; weight shifts; breath.
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

// A point of the figure from its feet, in stage axes; its normal, not unit length.
void stand(inout vec3 p, inout vec3 n, Person person) {
#if !FLAT
    move(p, n, person);
#endif
    float wide = mix(person.under.w, 1.0, in_head);  // bodies differ in width, heads hardly
    vec3 size = vec3(wide, wide, 1.0) * person.robe.w;
    p *= size;
    n /= size;
    float c = in_motion.x;
    float s = in_motion.y;
    p = vec3(c * p.x - s * p.y, s * p.x + c * p.y, p.z);
    n = vec3(c * n.x - s * n.y, s * n.x + c * n.y, n.z);
}
