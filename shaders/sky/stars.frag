#version 430 core
// One star: a small soft point, which does not flicker from pixel to pixel as the camera moves.
#require BRIGHTEST

flat in vec3 light;

layout(location = 0) out vec4 result;

void main() {
    vec2 off = (gl_PointCoord - 0.5) * 3.0;
    result = vec4(min(light * exp(-1.6 * dot(off, off)), BRIGHTEST), 0.0);
}
