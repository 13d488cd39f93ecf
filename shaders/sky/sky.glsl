// What the sky's passes know of a moment; written by render/layers/sky/block.py in this order. Light after all gains.
layout(std140, binding = 4) uniform Sky {
    vec4 toward_sun;
    vec4 toward_moon;
    vec4 sun_side;     // xy: the sun's direction over the ground, unit length; zw: the moon's
    vec4 sun;          // rgb: illuminance above the air
    vec4 moon;         // rgb: the same
    vec4 sun_disc;     // rgb: radiance of the disc's middle below the air and the haze
    vec4 moon_disc;    // rgb: radiance of its lit surface below the air
    vec4 moonshine;    // xyz: toward the light on the moon's surface
    vec4 airglow;      // rgb
    vec4 ground;       // rgb: radiance of the ground; a: its extinction by the air per km
    vec4 haze;         // rgb: radiance of haze away from the light; a: its depth upward
    vec4 glow;         // rgb: added toward the light
    vec4 cloud;        // x: height, km; y: level at which noise becomes cloud; z: density; w: share of the sky
    vec4 cloud_beam;   // rgb: white ground that faces the light, at the clouds
    vec4 cloud_above;  // rgb: light on the clouds, sky included; a: share passing through a thick one
    vec4 cloud_light;  // xyz: toward their light
    vec4 cloud_drift;  // xy: how far the wind has moved them, km
} sky;

// The share of the ground's light that the air up to it leaves, in a direction that falls by -z.
float ground_seen(float z) {
    return exp(0.2 * sky.ground.a / min(z, -1e-6));
}
