// A layer of clouds on a sphere: noise cut at the height that leaves the wanted share, moved by the wind, lit through
// its own shadow. The noise repeats every TILE_KM; its mean and quantiles are known to render/scene/cloud_noise.py.
#require CLOUD_TILE_KM
#require CLOUD_DETAIL
#require CLOUD_DETAIL_SHARE
#require CLOUD_EDGE

struct Cloud {
    vec3 radiance;
    float hides;  // share of what is behind it
};

float cloud_noise(sampler2D noise, vec2 place, float level) {
    float shape = textureLod(noise, place, level).r;
    float detail = textureLod(noise, place * CLOUD_DETAIL, level + log2(CLOUD_DETAIL)).r;
    return mix(shape, detail, CLOUD_DETAIL_SHARE);
}

float cloud_thickness(sampler2D noise, vec2 place, float level) {
    float edge = CLOUD_EDGE * (1.0 + 0.5 * max(level, 0.0));
    float above = (cloud_noise(noise, place, level) - sky.cloud.y) / edge;
    return above <= 0.0 ? 0.0 : 1.0 - exp(-above * above * 0.5 - above * 0.3);
}

// The same without detail: for shade, which is soft.
float cloud_mass(sampler2D noise, vec2 place, float level) {
    float shape = mix(textureLod(noise, place, level).r, 0.5, CLOUD_DETAIL_SHARE);
    float above = (shape - sky.cloud.y) / CLOUD_EDGE;
    return above <= 0.0 ? 0.0 : 1.0 - exp(-above);
}

// How far the layer is along a direction, km.
float cloud_way_km(float up) {
    float fall = PLANET_KM * up;
    return sqrt(fall * fall + (2.0 * PLANET_KM + sky.cloud.x) * sky.cloud.x) - fall;
}

vec2 cloud_place(vec3 direction, float way_km) {
    return (direction.xy * way_km - sky.cloud_drift.xy) / CLOUD_TILE_KM;
}

Cloud cloud_toward(sampler2D noise, vec3 direction, vec3 behind, float way_km, vec2 place, float level) {
    float thickness = cloud_thickness(noise, place, level);
    if (thickness <= 0.0) return Cloud(vec3(0.0), 0.0);
    vec2 step_to_light = sky.cloud_light.xy / max(sky.cloud_light.z, 0.2) * (0.35 / CLOUD_TILE_KM);
    float shade = 0.5 * thickness + 0.8 * cloud_mass(noise, place + step_to_light, level + 1.0)
        + 0.8 * cloud_mass(noise, place + 2.5 * step_to_light, level + 2.0);
    float toward = 0.5 + 0.5 * dot(direction, sky.cloud_light.xyz);
    float forward = toward * toward * toward * toward;
    float passed = exp(-(1.0 + 2.5 * sky.cloud.z) * shade);
    vec3 lit = sky.cloud_beam.rgb * passed * (0.5 + 2.0 * forward * forward);
    float base = mix(0.65, sky.cloud_above.a, thickness);
    vec3 under = sky.cloud_above.rgb * mix(base, base * (1.0 + 2.0 * direction.z) / 2.333, sky.cloud.w);  // CIE overcast sky, mean 1
    float air = exp(-way_km * sky.ground.a * 0.35);
    float hides = 1.0 - exp(-(2.0 + 10.0 * sky.cloud.z) * thickness);
    return Cloud(mix(behind, lit + under, air), hides * smoothstep(0.0, 0.03, direction.z));
}
