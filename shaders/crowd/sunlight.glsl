// Where a figure samples the sun's shadow: beyond its own body. It is drawn coarser for the sun than for the eye, so
// its own outline would leave spots on it; surfaces facing away from the sun are dark anyway.
const float BODY_M = 0.30;

vec3 sunlight_reaches(vec3 offset_m) {
    return offset_m + BODY_M * view.toward_sun.xyz;
}
