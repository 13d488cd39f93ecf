#version 430 core
// The sky behind everything: clear air and ground from a table, clouds above the horizon.
#require LIT
#require PROBE
#require MATERIAL
#require BRIGHTEST
#require SUNLIT
#require MOONLIT
#require CLOUDY
#require FOG
#include "common/view.glsl"
#include "sky/air.glsl"
#include "sky/dome.glsl"
#include "sky/sky.glsl"
#include "sky/clouds.glsl"

layout(binding = 0) uniform sampler2D clear;
layout(binding = 1) uniform sampler2D moon_dome;
layout(binding = 2) uniform sampler2D noise;

in vec3 direction;
in vec2 place;
#if CLOUDY
flat in vec4 light;
flat in vec4 beam;
flat in vec4 above;
flat in vec4 steps;
flat in vec3 layer;
#endif

layout(location = 0) out vec4 result;

vec4 clear_sky() {
    vec4 seen = textureLod(clear, place, 0.0);
#if SUNLIT && MOONLIT
    vec3 by_moon = sky.moon.rgb * looked_up(moon_dome, dome_place(normalize(direction), sky.sun_side.zw));
    seen.rgb += direction.z < 0.0 ? by_moon * (1.0 - ground_seen(direction.z)) : by_moon;
#endif
    return seen;
}

#if FOG
vec3 haze_toward(vec3 d) {
    float toward = 0.5 + 0.5 * dot(d, sky.toward_sun.xyz);
    float third = toward * toward * toward;
    return sky.haze.rgb + sky.glow.rgb * third * third;
}
#endif

#if CLOUDY
// The sky with a cloud in front of it; `air` is the share of the clouds' light that the air up to them leaves. The
// noise's mipmap is chosen by the distance between neighbouring pixels.
vec3 with_clouds(vec3 behind, float air, vec3 d) {
    vec2 at = d.xy * (cloud_way_km(d.z, layer.z) / CLOUD_TILE_KM) - steps.zw;
    vec2 across = dFdx(at), down = dFdy(at);
    float texels = float(textureSize(noise, 0).x);
    float level = 0.5 * log2(max(max(dot(across, across), dot(down, down)) * texels * texels, 1e-6));
    float thickness = cloud_part(texture(noise, at).r, texture(noise, at * CLOUD_DETAIL).r, level, light.w);
    float shade = 0.5 * thickness + 0.8 * cloud_mass(texture(noise, at + steps.xy, 1.0).r, light.w)
        + 0.8 * cloud_mass(texture(noise, at + 2.5 * steps.xy, 2.0).r, light.w);
    float toward = 0.5 + 0.5 * dot(d, light.xyz), square = toward * toward, forward = square * square;
    float base = mix(0.65, above.a, thickness);
    base *= mix(1.0, (1.0 + 2.0 * d.z) / 2.333, layer.y);  // CIE overcast sky, mean 1
    vec3 lit = beam.rgb * (exp(-beam.a * shade) * (0.5 + 2.0 * forward * forward)) + above.rgb * base;
    return mix(behind, lit, (1.0 - exp(-layer.x * thickness)) * air * smoothstep(0.0, 0.03, d.z));
}
#endif

void main() {
#if MATERIAL == PROBE
    result = vec4(view.eye_m.xyz + 1e5 * normalize(direction), 1.0);
#else
    vec4 seen = clear_sky();
    vec3 radiance = seen.rgb;
#if CLOUDY
    radiance = with_clouds(radiance, seen.a, normalize(direction));
#endif
#if FOG
    vec3 toward = normalize(direction);
    radiance = mix(haze_toward(toward), radiance, exp(-sky.haze.a / max(abs(toward.z), 0.01)));
#endif
    result = vec4(min(radiance, BRIGHTEST), 1.0);
#endif
}
