// Directions on a square (Cigolle and others 2014): the upper half is a diamond in the middle, the lower its corners.
vec2 octahedron_place(vec3 d) {
    vec2 p = d.xy / (abs(d.x) + abs(d.y) + abs(d.z));
    vec2 side = vec2(p.x < 0.0 ? -1.0 : 1.0, p.y < 0.0 ? -1.0 : 1.0);
    return 0.5 + 0.5 * (d.z < 0.0 ? (1.0 - abs(p.yx)) * side : p);
}

// Places slightly outside the square fold over to the direction that continues there.
vec3 octahedron_direction(vec2 place) {
    vec2 p = 2.0 * place - 1.0;
    if (abs(p.x) > 1.0) p = vec2(sign(p.x) * 2.0 - p.x, -p.y);
    if (abs(p.y) > 1.0) p = vec2(-p.x, sign(p.y) * 2.0 - p.y);
    vec3 d = vec3(p, 1.0 - abs(p.x) - abs(p.y));
    float below = max(-d.z, 0.0);
    d.xy += vec2(d.x < 0.0 ? below : -below, d.y < 0.0 ? below : -below);
    return normalize(d);
}
