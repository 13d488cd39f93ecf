// What the sky's passes know of a moment; written by render/layers/sky/block.py in this order. Light after all gains.
layout(std140, binding = 4) uniform Sky {
    vec4 toward_sun;
    vec4 toward_moon;
    vec4 sun_side;     // xy: the sun's way over the ground, unit length; zw: the moon's
    vec4 sun;          // rgb: illuminance above the air
    vec4 moon;         // rgb: the same
    vec4 sun_disc;     // rgb: radiance of the disc's middle below the air and the haze
    vec4 moon_disc;    // rgb: radiance of its lit ground below the air
    vec4 moonshine;    // xyz: where the light on the moon's ground comes from
    vec4 airglow;      // rgb
    vec4 ground;       // rgb: radiance of the ground; a: what the air takes away of it per km
    vec4 haze;         // rgb: radiance of haze away from the light; a: its depth upward
    vec4 glow;         // rgb: what comes on top toward the light
    vec4 cloud;        // x: height, km; y: where the noise becomes cloud; z: density; w: share of the sky
    vec4 cloud_beam;   // rgb: white ground that faces the light, at the clouds
    vec4 cloud_above;  // rgb: what the clouds get from light and sky together; a: what comes through a thick one
    vec4 cloud_light;  // xyz: toward their light
    vec4 cloud_drift;  // xy: how far the wind has moved them, km
} sky;

// What is left of the ground through the air up to it, where the way falls by -z.
float ground_seen(float z) {
    return exp(0.2 * sky.ground.a / min(z, -1e-6));
}
