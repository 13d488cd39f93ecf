// How much of a wall pixel a camera's inner view covers, and the pixel's place in the inner picture.
// Written by render/wall/camera_block.py in this order.
#require CAMERAS

struct Camera {
    vec4 right;
    vec4 forward;
    vec4 up;
    vec4 eye_m;
    vec4 edge;             // slopes where coverage ends: left, right, lower, upper
    vec4 per_width;        // one over the width of the feather at each of them
    vec4 texel_from_slope; // of the rectilinear inner picture; across: scale, offset; up: scale, offset
};

layout(std140, binding = 1) uniform Cameras {
    Camera camera[CAMERAS];
};

struct Look {
    vec3 ahead;    // offset by the camera's axes: right, forward, up
    float coverage;
};

// 1 inside the margin, 0 beyond the feather, the least of the four edges; smooth at both ends.
Look look_of(int index, vec3 offset_m) {
    Camera c = camera[index];
    vec3 ahead = vec3(dot(c.right.xyz, offset_m), dot(c.forward.xyz, offset_m), dot(c.up.xyz, offset_m));
    vec4 beyond = vec4(ahead.x, -ahead.x, ahead.z, -ahead.z) / ahead.y + vec4(-1.0, 1.0, -1.0, 1.0) * c.edge;
    vec4 inside = clamp(beyond * c.per_width, 0.0, 1.0);
    float least = ahead.y > 0.0 ? min(min(inside.x, inside.y), min(inside.z, inside.w)) : 0.0;
    return Look(ahead, smoothstep(0.0, 1.0, least));
}
