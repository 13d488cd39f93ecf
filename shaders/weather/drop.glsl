// The place of a drop: a closed form of its cube, its number and the time; the same in numpy in
// render/layers/weather/weather.py.
#require WISP
#require LOWEST_PART

layout(std430, binding = 0) readonly buffer Cells {
    vec4 cell[];  // lower corner from the eye, key
};

uniform int first_cell;  // of the layer
uniform int per_cell;
uniform float cell_m;
uniform float sway_m;
uniform vec4 sway_phases;

struct Drop {
    vec3 offset_m;
    float chance;  // 0 to 1, its own
    float rank;    // it exists if a cube has more drops than this
};

uint shuffled(uint value) {
    uint state = value * 747796405u + 2891336453u;
    uint word = ((state >> ((state >> 28u) + 4u)) ^ state) * 277803737u;
    return (word >> 22u) ^ word;
}

float share(uint value) {
    return float(value >> 8u) * (1.0 / 16777216.0);
}

Drop drop_of(int drop) {
    int number = drop / per_cell, index = drop - number * per_cell;
    vec4 own = cell[first_cell + number];
    uint x = shuffled(uint(own.w) + shuffled(uint(index)));
    uint y = shuffled(x), z = shuffled(y), last = shuffled(z);
    float angle = 6.283185307 * share(last);
    int rate = int(last & 3u);
    float one = sway_phases[rate] + angle, other = sway_phases[(rate + 1) & 3] + 2.0 * angle;
    vec3 part = vec3(share(x), share(y), share(z));
#if WISP
    part.z *= LOWEST_PART * part.z;
#endif
    vec3 sway = sway_m * vec3(sin(one), cos(other), 0.4 * sin(one + other));
    return Drop(own.xyz + part * cell_m + sway, share(shuffled(last)), float(index) + 0.9 * share(shuffled(uint(own.w))));
}
