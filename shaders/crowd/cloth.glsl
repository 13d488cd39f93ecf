// The paint on a figure: `rest` is the place on it before it moves, metres, facing +y. It costs no triangles.
#include "crowd/person.glsl"

// 1 within `half_m` of zero; the edge is as soft as a pixel is wide.
float line(float from_m, float half_m) {
    float soft = max(fwidth(from_m), 1e-4);
    return 1.0 - smoothstep(half_m - soft, half_m + soft, abs(from_m));
}

// 1 inside an ellipse of these half axes.
float ellipse(vec2 from_m, vec2 half_m) {
    float d = length(from_m / half_m);
    float soft = max(fwidth(d), 1e-3);
    return 1.0 - smoothstep(1.0 - soft, 1.0 + soft, d);
}

// Creases of cloth on trunk and sleeves, different on every figure.
float creases(Person person, vec3 rest) {
    float own = 6.28 * person.hair.a;
    float slant = rest.z * 21.0 + rest.x * 16.0 + own + 1.5 * sin(rest.x * 31.0 + rest.z * 13.0 + 2.0 * own);
    return 1.0 + 0.09 * sin(slant) + 0.05 * sin(2.3 * slant + rest.y * 40.0);
}

vec3 robe(Person person, vec3 rest) {
    vec3 colour = person.robe.rgb;
    float front = smoothstep(0.02, 0.05, rest.y);
    float high = step(1.10, rest.z);
    // Lapels cross: the left over the right, then down the front.
    float over = line(rest.x - (rest.z - 1.16) * 0.30, 0.020);
    float below = line(rest.x + (rest.z - 1.16) * 0.30, 0.020) * step(0.0, rest.x * -1.0 + 0.01);
    colour = mix(colour, person.trim.rgb, front * high * max(over, below));
    vec3 shirt = mix(person.under.rgb, vec3(0.55, 0.52, 0.46), 0.6);
    float throat = high * front * step(abs(rest.x), (rest.z - 1.16) * 0.30 - 0.02) * step(1.16, rest.z);
    colour = mix(colour, shirt, throat);
    colour = mix(colour, person.trim.rgb, line(rest.z - 1.02, 0.035));
    colour = mix(colour, person.trim.rgb * 0.8, line(rest.z - 0.05, 0.035));
    // Cloth is never one flat colour: soft folds from the sash down, darker toward the ground.
    float round_ = atan(rest.x, -rest.y);
    float below_sash = smoothstep(1.0, 0.3, rest.z);
    colour *= 1.0 + 0.16 * below_sash * sin(round_ * 11.0 + 6.28 * person.hair.a + 2.0 * sin(rest.z * 5.0));
    return colour * creases(person, rest) * mix(0.78, 1.0, smoothstep(0.0, 0.5, rest.z));
}

vec3 under(Person person, vec3 rest) {
    vec3 colour = mix(person.under.rgb, person.trim.rgb, line(rest.z - 1.10, 0.030));
    float round_ = atan(rest.x, -rest.y);
    colour *= 1.0 + 0.18 * sin(round_ * 15.0 + 9.0 * person.hair.a) * smoothstep(1.05, 0.5, rest.z);
    return colour * mix(0.72, 1.0, smoothstep(0.0, 0.45, rest.z));
}

vec3 face(Person person, vec3 rest) {
    vec3 skin = person.skin.rgb;
    float front = smoothstep(0.045, 0.07, rest.y);
    float across = abs(rest.x);
    vec2 from_eye = vec2(across - 0.031, rest.z - 1.588);
    float eye = front * ellipse(from_eye, vec2(0.0145, 0.0062));
    float iris = front * ellipse(from_eye, vec2(0.0058, 0.0060));
    float lid = front * ellipse(from_eye - vec2(0.0, 0.0025), vec2(0.0165, 0.0068)) * step(-0.5, from_eye.y * 1000.0);
    float arch = from_eye.y - 0.0195 + 6.0 * (across - 0.027) * (across - 0.027);
    float brow = front * line(arch, 0.0034) * line(across - 0.031, 0.017);
    float mouth = front * ellipse(vec2(rest.x, rest.z - 1.5225), vec2(0.022, 0.0062));
    float socket = front * exp(-pow((rest.z - 1.592) / 0.016, 2.0)) * exp(-pow((across - 0.031) / 0.020, 2.0));
    float cheek = front * exp(-pow((rest.z - 1.555) / 0.02, 2.0)) * exp(-pow((across - 0.042) / 0.018, 2.0));
    skin *= 1.0 - 0.35 * socket;
    skin *= mix(vec3(1.0), vec3(1.12, 0.92, 0.88), 0.6 * cheek);
    skin = mix(skin, person.skin.rgb * vec3(0.70, 0.38, 0.34), 0.8 * mouth);
    skin = mix(skin, vec3(0.02), 0.7 * lid);
    skin = mix(skin, vec3(0.38, 0.36, 0.34), eye);
    skin = mix(skin, vec3(0.012), max(iris, 0.8 * brow));
    float beard = step(fract(person.hair.a * 13.0), 0.35) * step(0.99, person.robe.a);
    float chin = front * smoothstep(1.518, 1.495, rest.z) * line(rest.x, 0.030);
    skin = mix(skin, person.hair.rgb, beard * max(0.85 * chin, front * line(rest.z - 1.533, 0.006) * line(rest.x, 0.028)));
    return skin * mix(0.62, 1.0, smoothstep(1.44, 1.50, rest.z));  // the neck is in the head's shade
}
