// Constants of everything drawn in one view; written by render/scene/view_block.py in this order.
// Positions here are offsets from the eye, in stage axes and metres: they stay precise in 32 bits.
layout(std140, binding = 0) uniform View {
    mat4 clip_from_offset;
    mat3x4 direction_from_ndc;  // column i, xyz: what multiplies x, y, 1
    vec4 eye_m;
    vec4 toward_sun;
    vec4 sun;           // rgb: sun radiance times gain; a: gain for emissive and unlit surfaces
    vec4 ambient_mean;  // rgb: light of an upright surface; a: optical depth upward of fog before a picture
    vec4 ambient_half;  // rgb: half the difference between light from above and below; a: from baked light to this exposure
    vec4 haze;          // rgb: colour times gain; a: density per metre
    vec4 background;    // x: gain; y: turns of the equirect; z: radians per texel down; w: gain of its light
    vec4 lamps;         // x: gain of practicals; y: 1 = drawn to light surfaces: leave out the sun's disc and stars;
                        // z: wetness and w: snow on surfaces
    // Metres across the sunlight and depth along it (0 to 1), from an offset: dot(xyz, offset) + w.
    vec4 shadow_x;
    vec4 shadow_y;
    vec4 shadow_z;
    vec4 shadow_radius_m;  // half the side of each cascade's square
    vec4 haze_glow;        // rgb: added to haze toward the sun, times gain; a: it thins to 1/e in 1 / a metres
} view;
