#version 430 core
// Table: the clear sky of a moment all round, and the ground below it: one light's dome times that light, and the
// night's own glow; in alpha the share of the clouds' light that the air up to them leaves. Recomputed when light or
// air change, so a pixel of the sky is one look-up.
#require BRIGHTEST
#include "sky/air.glsl"
#include "sky/sky.glsl"
#include "sky/clouds.glsl"
#include "sky/sphere.glsl"

layout(binding = 0) uniform sampler2D dome;

uniform vec2 size_px;
uniform bool sunlit;   // the main light is the sun, not the moon
uniform bool moonlit;  // the night's glow is visible

layout(location = 0) out vec4 result;

void main() {
    float z = sphere_z(int(gl_FragCoord.y)), low = 1.0 - max(z, 0.0);
    vec2 place = vec2((gl_FragCoord.x - 0.5) / (size_px.x - 1.0), sqrt(1.0 - sqrt(low)));  // as in sky/dome.glsl
    float edge_on = moonlit ? 1.5 * low * low : 0.0;  // van Rhijn: the layer is seen edge on
    vec3 seen = (sunlit ? sky.sun.rgb : sky.moon.rgb) * looked_up(dome, place) + sky.airglow.rgb * (1.0 + edge_on);
    if (z < 0.0) seen = mix(seen, sky.ground.rgb, ground_seen(z));
    result = vec4(min(seen, BRIGHTEST), exp(-cloud_way_km(max(z, 0.0), cloud_depth_km2()) * sky.ground.a * 0.35));
}
