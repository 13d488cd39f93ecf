// The air over the set; its reference and the source of its numbers is render/layers/sky/atmosphere.py. Lengths in km,
// radiance per unit of the sun's illuminance above the air. Tables are sampled centre to centre: 0 is the middle of
// the first texel, 1 the middle of the last.
#require PLANET_KM
#require TOP_KM
#require RAYLEIGH_PER_KM
#require RAYLEIGH_HEIGHT_KM
#require MIE_SCATTERED_PER_KM
#require MIE_LOST_PER_KM
#require MIE_HEIGHT_KM
#require OZONE_PER_KM
#require OZONE_MIDDLE_KM
#require OZONE_HALF_KM
#require SUN_RADIUS_RAD

const float PI = 3.14159265358979;
const float HORIZON_KM = sqrt(TOP_KM * TOP_KM - PLANET_KM * PLANET_KM);

struct Air {
    vec3 rayleigh;
    vec3 mie;
    vec3 lost;
};

Air air_at(float height_km, float aerosol) {
    float height = max(height_km, 0.0);
    vec3 rayleigh = RAYLEIGH_PER_KM * exp(-height / RAYLEIGH_HEIGHT_KM);
    float haze = aerosol * exp(-height / MIE_HEIGHT_KM);
    float ozone = max(1.0 - abs(height - OZONE_MIDDLE_KM) / OZONE_HALF_KM, 0.0);
    return Air(rayleigh, MIE_SCATTERED_PER_KM * haze, rayleigh + MIE_LOST_PER_KM * haze + OZONE_PER_KM * ozone);
}

float way_to_top_km(float radius, float cosine) {
    return -radius * cosine + sqrt(max(radius * radius * (cosine * cosine - 1.0) + TOP_KM * TOP_KM, 0.0));
}

// Negative if the direction misses the ground.
float way_to_ground_km(float radius, float cosine) {
    float square = radius * radius * (cosine * cosine - 1.0) + PLANET_KM * PLANET_KM;
    return square >= 0.0 && cosine < 0.0 ? max(-radius * cosine - sqrt(square), 0.0) : -1.0;
}

float visible_share(float height_km, float cosine) {
    float part = PLANET_KM / (PLANET_KM + max(height_km, 0.0));
    float horizon = -sqrt(max(1.0 - part * part, 0.0));
    return smoothstep(0.0, 1.0, (cosine - horizon) / (2.0 * SUN_RADIUS_RAD) + 0.5);
}

vec3 looked_up(sampler2D table, vec2 place) {
    vec2 size = vec2(textureSize(table, 0));
    return textureLod(table, (clamp(place, 0.0, 1.0) * (size - 1.0) + 0.5) / size, 0.0).rgb;
}

vec3 sunlight(sampler2D through, float height_km, float cosine) {
    float radius = PLANET_KM + max(height_km, 0.0);
    float rho = sqrt(max(radius * radius - PLANET_KM * PLANET_KM, 0.0));
    float shortest = TOP_KM - radius;
    float across = (way_to_top_km(radius, cosine) - shortest) / (rho + HORIZON_KM - shortest);
    return looked_up(through, vec2(across, rho / HORIZON_KM)) * visible_share(height_km, cosine);
}

vec3 scattered_often(sampler2D often, float height_km, float cosine) {
    float down = sqrt(clamp(height_km / (TOP_KM - PLANET_KM), 0.0, 1.0));
    return looked_up(often, vec2(0.5 + 0.5 * sign(cosine) * sqrt(abs(cosine)), down));
}

// Middle and length of step i of a ray, as shares of its length: short where the air is dense.
vec2 step_of(int i, int count) {
    float near = float(i) / float(count), far = float(i + 1) / float(count);
    return vec2(0.5 * (near * near + far * far), far * far - near * near);
}
