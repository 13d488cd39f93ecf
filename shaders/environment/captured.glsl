// The background as it was drawn from one place: six square faces side by side.
layout(binding = 0) uniform sampler2D faces;

// As in render/plan/panels.py: ahead, left, right, behind, above, below.
const vec3 FORWARD[6] = vec3[6](vec3(0, 1, 0), vec3(-1, 0, 0), vec3(1, 0, 0), vec3(0, -1, 0), vec3(0, 0, 1), vec3(0, 0, -1));
const vec3 UP[6] = vec3[6](vec3(0, 0, 1), vec3(0, 0, 1), vec3(0, 0, 1), vec3(0, 0, 1), vec3(0, -1, 0), vec3(0, 1, 0));
const int FACE_OF_AXIS[6] = int[6](2, 1, 0, 3, 4, 5);  // +x, -x, +y, -y, +z, -z

vec3 captured(vec3 d, float level) {
    vec3 far = abs(d);
    int axis = far.x >= far.y && far.x >= far.z ? 0 : far.y >= far.z ? 1 : 2;
    int face = FACE_OF_AXIS[2 * axis + int(d[axis] < 0.0)];
    vec3 up = UP[face], right = cross(FORWARD[face], up);
    vec2 place = 0.5 + 0.5 * vec2(dot(d, right), dot(d, up)) / far[axis];
    float edge = 0.5 * exp2(ceil(level)) / float(textureSize(faces, 0).y);
    place = clamp(place, edge, 1.0 - edge);  // mipmaps do not mix faces
    return textureLod(faces, vec2((place.x + float(face)) / 6.0, place.y), level).rgb;
}
