// Where a figure looks up whether the sun reaches it: beyond its own body. It is drawn coarser for the sun than for the
// eye, so its own outline would leave spots on it; what faces away from the sun is dark anyway.
const float BODY_M = 0.30;

vec3 sunlight_reaches(vec3 offset_m) {
    return offset_m + BODY_M * view.toward_sun.xyz;
}
