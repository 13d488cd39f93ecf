#version 430 core
// Stars as points of fixed illuminance: a pixel's value follows from its solid angle, so views agree.
#require CLOUDY
#include "common/view.glsl"
#include "sky/air.glsl"
#include "sky/sky.glsl"
#include "sky/clouds.glsl"

layout(binding = 2) uniform sampler2D noise;

uniform vec4 stage_from_equatorial;  // quaternion, w first
uniform float gain;                  // from lux to the picture's units
uniform vec2 viewport_px;

layout(location = 0) in vec3 in_direction;
layout(location = 1) in vec3 in_lux;

flat out vec3 light;

const float POINT_PX = 3.0;
const float WEIGHT = 1.0 / 1.935;  // over the integral of stars.frag's kernel, pixels

vec3 turned(vec3 v) {
    vec3 axis = stage_from_equatorial.yzw;
    return v + 2.0 * cross(axis, cross(axis, v) + stage_from_equatorial.x * v);
}

void main() {
    vec3 d = turned(in_direction);
    vec4 place = view.clip_from_offset * vec4(d, 0.0);
    gl_Position = d.z > 0.0 && view.lamps.y == 0.0 ? place.xyww : vec4(2.0, 2.0, 2.0, 1.0);
    gl_PointSize = POINT_PX;
    // A pixel of a flat picture covers less and less of the sky toward its edge: the third power of the cosine.
    vec3 across = cross(view.direction_from_ndc[0].xyz, view.direction_from_ndc[1].xyz);
    vec3 at = place.x / place.w * view.direction_from_ndc[0].xyz + place.y / place.w * view.direction_from_ndc[1].xyz
        + view.direction_from_ndc[2].xyz;
    float pixel_sr = 4.0 / (viewport_px.x * viewport_px.y) * abs(dot(across, at)) / (dot(at, at) * length(at));
    float lost = 0.25 / max(d.z, 0.02) + sky.haze.a / max(d.z, 0.01);  // in the air and in fog
#if CLOUDY
    if (d.z > 0.0) lost += (2.0 + 10.0 * sky.cloud.z) * cloud_thickness(noise, cloud_place(d), 1.0);
#endif
    light = in_lux * (gain * WEIGHT * exp(-lost) / pixel_sr);
}
