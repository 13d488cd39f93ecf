// A layer of clouds on a sphere: noise cut at the level that leaves the wanted share, moved by the wind, lit through
// its own shadow. The noise repeats every TILE_KM; render/layers/sky/cloud_noise.py has its mean and quantiles.
#require CLOUD_TILE_KM
#require CLOUD_DETAIL
#require CLOUD_DETAIL_SHARE
#require CLOUD_EDGE

// `cut`: where the noise becomes cloud.
float cloud_part(float shape, float detail, float level, float cut) {
    float edge = CLOUD_EDGE * (1.0 + 0.5 * max(level, 0.0));
    float above = max((mix(shape, detail, CLOUD_DETAIL_SHARE) - cut) / edge, 0.0);
    return 1.0 - exp(-above * (above * 0.5 + 0.3));
}

float cloud_thickness(sampler2D noise, vec2 place, float level) {
    float detail = textureLod(noise, place * CLOUD_DETAIL, level + log2(CLOUD_DETAIL)).r;
    return cloud_part(textureLod(noise, place, level).r, detail, level, sky.cloud.y);
}

// The cloud at a place from the noise without detail: for shade, which is soft.
float cloud_mass(float shape, float cut) {
    float above = max((mix(shape, 0.5, CLOUD_DETAIL_SHARE) - cut) / CLOUD_EDGE, 0.0);
    return 1.0 - exp(-above);
}

// The distance of the layer along a direction, km; `depth_km2` = cloud_depth_km2().
float cloud_way_km(float up, float depth_km2) {
    float fall = PLANET_KM * up;
    return sqrt(fall * fall + depth_km2) - fall;
}

float cloud_depth_km2() {
    return (2.0 * PLANET_KM + sky.cloud.x) * sky.cloud.x;
}

// Where a direction meets the noise.
vec2 cloud_place(vec3 direction) {
    return (direction.xy * cloud_way_km(direction.z, cloud_depth_km2()) - sky.cloud_drift.xy) / CLOUD_TILE_KM;
}
