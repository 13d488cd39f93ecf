// A fragment's pixel on the canvas, and its place in the stage. Each triangle carries the position of one of its
// corners and the steps of one pixel right and one pixel down: exact on any hardware, because nothing is interpolated.
uniform int canvas_height_px;

flat in vec3 corner_m;
flat in vec2 corner_px;
flat in vec3 right_m;
flat in vec3 down_m;

vec3 offset_from(vec3 eye_m) {
    vec2 pixel = vec2(gl_FragCoord.x, float(canvas_height_px) - gl_FragCoord.y) - corner_px;
    return (corner_m - eye_m) + (right_m * pixel.x + down_m * pixel.y);
}

// Positive if the eye is in front of the wall.
float faces(vec3 offset_m) {
    return dot(cross(right_m, down_m), offset_m);
}
