#version 430 core
// The discs of sun and moon: a small square each, behind everything.
#include "common/view.glsl"
#include "sky/air.glsl"
#include "sky/sky.glsl"
#include "sky/clouds.glsl"

layout(binding = 2) uniform sampler2D noise;

uniform vec2 viewport_px;

out vec3 direction;
flat out vec4 centre;  // w: share passing through clouds and fog
flat out int which;
flat out float radius_rad;

void main() {
    which = gl_InstanceID;
    vec3 c = which == 0 ? sky.toward_sun.xyz : sky.toward_moon.xyz;
    vec3 right = normalize(cross(c, abs(c.z) < 0.9 ? vec3(0.0, 0.0, 1.0) : vec3(1.0, 0.0, 0.0)));
    vec2 corner = 2.0 * vec2(gl_VertexID & 1, gl_VertexID >> 1) - 1.0;
    float pixel_rad = 2.0 * length(view.direction_from_ndc[0].xyz) / (viewport_px.x * length(view.direction_from_ndc[2].xyz));
    radius_rad = max(SUN_RADIUS_RAD, pixel_rad);
    direction = c + (radius_rad + pixel_rad) * (corner.x * right + corner.y * cross(right, c));
    float open = exp(-sky.haze.a / max(c.z, 0.01));
    if (sky.cloud.w > 0.0 && c.z > 0.0) {
        float thickness = cloud_thickness(noise, cloud_place(c), 1.0);
        open *= exp(-(6.0 + 30.0 * sky.cloud.z) * thickness);
    }
    float smaller = SUN_RADIUS_RAD / radius_rad;  // a disc smaller than a pixel is drawn larger and dimmer
    centre = vec4(c, open * smaller * smaller);
    vec4 place = view.clip_from_offset * vec4(direction, 0.0);
    // Off screen: for light on surfaces the sun is a separate light.
    gl_Position = view.lamps.y == 1.0 ? vec4(2.0, 2.0, 2.0, 1.0) : place.xyww;
}
